import { type Action, actionsOfService, appliesTo, findAction, serviceNames } from '../service-authorization.ts';
import { type Condition, isMet, readConditions } from './condition.ts';
import type { Context } from './context.ts';
import { arnGlob, type Glob, glob, matches } from './glob.ts';
import { type Place, PolicyError } from './policy-error.ts';
import { isExcepted, type Naming, naming, type Principal, type PrincipalElement, readPrincipals } from './principal.ts';
import { filled, hasVariables, variableProblem } from './variables.ts';

/** Where a policy is: it decides which elements its statements have. */
export type PolicyKind = 'identity' | 'session' | 'boundary' | 'resource' | 'key' | 'trust';

/** A statement that has been checked. */
export interface CheckedStatement {
  readonly place: Place;
  readonly sid: string | undefined;
  readonly effect: 'Allow' | 'Deny';
  readonly actions: Actions;
  /** Undefined in a trust policy, and in a policy of a resource that leaves it out: the resource that has the policy. */
  readonly resources: Patterns | undefined;
  readonly principals: { readonly element: PrincipalElement; readonly not: boolean } | undefined;
  readonly conditions: readonly Condition[];
}

/** An element, or its `Not` form. */
interface Patterns {
  readonly not: boolean;
  readonly values: readonly string[];
  readonly variables: boolean;
}

interface Actions {
  readonly not: boolean;
  /** In lower case: actions have none. */
  readonly patterns: readonly Glob[];
  /** Prefixes of the services that they are of. */
  readonly services: readonly string[];
}

/** A request that has been checked. */
export interface Asked {
  readonly principal: Principal;
  readonly action: Action;
  readonly resource: string;
  readonly context: Context;
}

type Given = Readonly<Record<string, unknown>>;

const ELEMENTS = [
  ...['Sid', 'Effect', 'Action', 'NotAction', 'Resource', 'NotResource', 'Principal', 'NotPrincipal', 'Condition'],
];
const OF_TRUST = ['sts:assumerole', 'sts:tagsession', 'sts:setsourceidentity'];

/** Reads a statement; refuses what AWS would refuse, and what it would take but nothing could ever match: an unknown action, operator or key. */
export function readStatement(where: Place, kind: PolicyKind, given: Given, variables: boolean): CheckedStatement {
  const { Sid: sid, Effect: effect } = given;
  const other = Object.keys(given).find((element) => !ELEMENTS.includes(element));
  if (other !== undefined) throw new PolicyError(where, other, 'is not an element of a statement.');
  if (sid !== undefined && (typeof sid !== 'string' || (!isOfResource(kind) && !/^[A-Za-z0-9]*$/.test(sid)))) {
    throw new PolicyError({ ...where, element: 'Sid' }, sid, 'is not a text of letters and digits.');
  }
  if (effect !== 'Allow' && effect !== 'Deny') {
    throw new PolicyError({ ...where, element: 'Effect' }, effect, 'is to be Allow or Deny.');
  }
  const actions = readActions(where, kind, given);
  return {
    place: where,
    sid,
    effect,
    actions,
    resources: readResources(where, kind, given, variables),
    principals: readPrincipalElement(where, kind, given),
    conditions: readConditions(where, given['Condition'], { services: actions.services, variables }),
  };
}

function isOfResource(kind: PolicyKind): boolean {
  return kind === 'resource' || kind === 'key' || kind === 'trust';
}

/** The one of two elements that a statement has, as a list; undefined when it has neither. */
function either(
  where: Place,
  given: Given,
  name: string,
): (Omit<Patterns, 'variables'> & { place: Place }) | undefined {
  const not = `Not${name}`;
  if (given[name] !== undefined && given[not] !== undefined) {
    throw new PolicyError({ ...where, element: not }, undefined, `cannot stand beside ${name}.`);
  }
  const element = given[name] === undefined ? not : name;
  const value = given[element];
  if (value === undefined) return undefined;
  const place = { ...where, element };
  const values: readonly unknown[] = Array.isArray(value) ? value : [value];
  const wrong = values.find((each) => typeof each !== 'string' || each === '');
  if (wrong !== undefined || values.length === 0) throw new PolicyError(place, wrong ?? value, 'is not a text.');
  return { not: element === not, values: values as readonly string[], place };
}

function readActions(where: Place, kind: PolicyKind, given: Given): Actions {
  const read = either(where, given, 'Action');
  if (read === undefined) throw new PolicyError({ ...where, element: 'Action' }, undefined, 'is missing.');
  for (const pattern of read.values) checkAction(read.place, kind, pattern);
  const values = read.values.map((value) => value.toLowerCase());
  const all = read.not || values.some((value) => value.startsWith('*'));
  const services = all ? serviceNames : [...new Set(values.map((value) => value.slice(0, value.indexOf(':'))))];
  return { not: read.not, patterns: values.map(glob), services };
}

function checkAction(place: Place, kind: PolicyKind, pattern: string): void {
  if (pattern === '*' || pattern === '*:*') return;
  const [, service = ''] = /^([A-Za-z0-9-]+):[A-Za-z0-9*?]+$/.exec(pattern) ?? [];
  if (service === '') throw new PolicyError(place, pattern, 'is not an action: it is to be SERVICE:ACTION.');
  const actions = actionsOfService(service);
  if (actions === undefined) {
    const message = `is of a service that local/iam/service-authorization.json lacks; scripts/service-authorization.py adds it.`;
    throw new PolicyError(place, pattern, message);
  }
  const wanted = glob(pattern.toLowerCase());
  const found = findAction(pattern) ?? actions.find(({ name }) => matches(wanted, name.toLowerCase()));
  if (found === undefined)
    throw new PolicyError(place, pattern, "is no action of AWS's service authorization reference.");
  if (kind === 'trust' && !OF_TRUST.some((name) => matches(wanted, name))) {
    throw new PolicyError(place, pattern, 'is not an action of a trust policy that the local stack knows.');
  }
}

function readResources(where: Place, kind: PolicyKind, given: Given, variables: boolean): Patterns | undefined {
  const read = either(where, given, 'Resource');
  if (read === undefined) {
    if (isOfResource(kind)) return undefined;
    throw new PolicyError({ ...where, element: 'Resource' }, undefined, 'is missing.');
  }
  if (kind === 'trust') throw new PolicyError(read.place, undefined, 'cannot stand in a trust policy.');
  for (const value of read.values) checkResource(read.place, value, variables);
  return { not: read.not, values: read.values, variables };
}

function checkResource(place: Place, value: string, variables: boolean): void {
  if (value === '*') return;
  const problem = variables && hasVariables(value) ? variableProblem(value) : undefined;
  if (problem !== undefined) throw new PolicyError(place, value, problem);
  const [arn, , service, ...parts] = value.split(':');
  if (arn !== 'arn' || parts.length < 3) throw new PolicyError(place, value, 'is neither an ARN nor *.');
  if (/[*?]/.test(service ?? '')) throw new PolicyError(place, value, 'has a wildcard in the place of the service.');
  if (variables && value.split(':').slice(0, 5).some(hasVariables)) {
    throw new PolicyError(place, value, 'has a variable before the fifth colon.');
  }
}

function readPrincipalElement(where: Place, kind: PolicyKind, given: Given): CheckedStatement['principals'] {
  const { Principal: is, NotPrincipal: isNot, Effect: effect } = given;
  if (!isOfResource(kind)) {
    if (is === undefined && isNot === undefined) return undefined;
    const element = is === undefined ? 'NotPrincipal' : 'Principal';
    throw new PolicyError({ ...where, element }, undefined, `cannot stand in a policy of kind ${kind}.`);
  }
  if ((is === undefined) === (isNot === undefined)) {
    throw new PolicyError(
      { ...where, element: 'Principal' },
      undefined,
      'or NotPrincipal is to be there, and not both.',
    );
  }
  if (is !== undefined) return { element: readPrincipals({ ...where, element: 'Principal' }, is), not: false };
  const place = { ...where, element: 'NotPrincipal' };
  if (effect === 'Allow') throw new PolicyError(place, undefined, 'cannot stand beside an Effect of Allow.');
  return { element: readPrincipals(place, isNot), not: true };
}

/** How a statement applies to a request; undefined when it does not. In a policy without principals it applies directly. */
export function application(statement: CheckedStatement, asked: Asked): Naming | undefined {
  const named = namingIn(statement, asked.principal);
  if (named === undefined || !actionMatches(statement.actions, asked.action.name)) return undefined;
  if (!resourceMatches(statement.resources, asked)) return undefined;
  return statement.conditions.every((condition) => isMet(condition, asked.context)) ? named : undefined;
}

function namingIn({ principals }: CheckedStatement, principal: Principal): Naming | undefined {
  if (principals === undefined) return 'Direct';
  if (!principals.not) return naming(principals.element, principal);
  return isExcepted(principals.element, principal) ? undefined : 'Direct';
}

function actionMatches({ not, patterns }: Actions, action: string): boolean {
  return patterns.some((pattern) => matches(pattern, action.toLowerCase())) !== not;
}

function resourceMatches(patterns: Patterns | undefined, { resource, context }: Asked): boolean {
  if (patterns === undefined) return true;
  const { not, values, variables } = patterns;
  const written: readonly (string | undefined)[] = variables ? values.map((value) => filled(value, context)) : values;
  if (not && written.includes(undefined)) return false;
  return written.some((value) => value !== undefined && resourceIs(value, resource)) !== not;
}

function resourceIs(pattern: string, resource: string): boolean {
  return pattern === '*' || matches(arnGlob(pattern), resource);
}

/** Checks what a request asks for; throws for an action that AWS does not have, or that is never asked of such a resource. */
export function askedAction(name: string, resource: string): Action {
  const action = findAction(name);
  if (action === undefined) throw new Error(`A request of the unknown action ${name} cannot be judged.`);
  if (!appliesTo(action, resource)) throw new Error(`A request of ${name} cannot be for the resource ${resource}.`);
  return action;
}
