import type { RequestContext } from '../../local/iam/evaluate/context.ts';
import { type Finding, lookingAt, missing, ok, type Statement } from './finding.ts';
import { functionRole, type Place } from './place.ts';
import { admits } from './policies.ts';
import { mayDo } from './rights.ts';
import { roleName, trustOf } from './roles.ts';

/** The statements of a trust policy, by the action that they admit. */
type Statements = Readonly<Record<string, Statement>>;

/** The roles of Sluice's functions that assume the role, and what they bring, as functions/aws/roles.ts does. */
export async function pipelineTrust(
  place: Place,
  role: string,
  functions: readonly string[],
): Promise<readonly Finding[]> {
  const findings: Finding[] = [];
  const who = new Map<string, string>();
  for (const id of functions) {
    const what = `the function role ${id} is there`;
    const found = await lookingAt(what, async () => {
      who.set(id, await functionRole(place, id));
      return [];
    });
    findings.push(...found);
  }
  const admitted = { principals: [...who.values()], shown: "Sluice's functions" };
  findings.push(...(await trusts(place, role, admitted, trustStatements(place), assuming(place))));
  for (const [id, arn] of who) findings.push(...(await mayAssume(place, id, arn, role)));
  return findings;
}

/** What the parameter PipelineRoles of the stack limits. */
async function mayAssume(place: Place, id: string, functionArn: string, role: string): Promise<readonly Finding[]> {
  const purpose = `Sluice's ${id.replace(/Role$/, '')} on the role ${roleName(role)}`;
  const findings = await mayDo(place, {
    purpose,
    role: functionArn,
    actions: ['sts:AssumeRole', 'sts:TagSession'],
    on: [role],
  });
  const path = role.slice(role.indexOf(':role/') + ':role/'.length);
  const remedy = { do: `Deploy the stack with a parameter PipelineRoles that matches ${path}.` };
  return findings.map((found) => (found.status === 'MISSING' ? { ...found, remedy } : found));
}

/** The trust of a role that an action names for itself: the pipeline's role assumes it. */
export async function actionTrust(place: Place, purpose: string, role: string): Promise<readonly Finding[]> {
  const { pipeline } = place;
  const statements = ofPrincipal(place, pipeline.roleArn);
  const right = { purpose, role: pipeline.roleArn, actions: ['sts:AssumeRole', 'sts:TagSession'], on: [role] };
  return [
    ...(await trusts(
      place,
      role,
      { principals: [pipeline.roleArn], shown: roleName(pipeline.roleArn) },
      statements,
      assuming(place),
    )),
    ...(await mayDo(place, right)),
  ];
}

/** The trust of a build's service role. */
export function buildTrust(place: Place, role: string, project: string): Promise<readonly Finding[]> {
  const service = 'codebuild.amazonaws.com';
  const account = { 'aws:SourceAccount': place.accountId };
  const statement = {
    Effect: 'Allow',
    Principal: { Service: service },
    Action: 'sts:AssumeRole',
    Condition: { StringEquals: account },
  };
  return trusts(
    place,
    role,
    { principals: [service], shown: service },
    { 'sts:AssumeRole': statement },
    { ...account, 'aws:SourceArn': project },
  );
}

/** Looks whether a role is there, and whether its trust policy admits each of these principals to each action. */
async function trusts(
  place: Place,
  role: string,
  { principals, shown }: { readonly principals: readonly string[]; readonly shown: string },
  statements: Statements,
  context: RequestContext,
): Promise<readonly Finding[]> {
  const name = `the role ${roleName(role)}`;
  const where = `the trust policy of the role ${role}`;
  return lookingAt(`${name} is there, and its trust`, async () => {
    const trust = await trustOf(place, role);
    const what = `${name} is there`;
    if (trust === undefined)
      return missing(what, `there is no role ${role}`, { where, statement: Object.values(statements) });
    const looked = Object.entries(statements).map(([action, statement]) => {
      const admitted = `${name} trusts ${shown} to ${action}${externalIdIn(action, context)}`;
      return lookingAt(admitted, async () => {
        const refused = principals.filter((who) => !admits('trust', trust, { who, action, resource: role, context }));
        if (refused.length === 0) return ok(admitted);
        return missing(admitted, `it does not admit ${refused.map(roleName).join(', ')}`, { where, statement });
      });
    });
    return [ok(what), ...(await Promise.all(looked)).flat()];
  });
}

function externalIdIn(action: string, context: RequestContext): string {
  const externalId = context['sts:ExternalId'];
  return action === 'sts:AssumeRole' && externalId !== undefined ? ` with the ExternalId ${externalId}` : '';
}

/** What an AssumeRole of Sluice's brings; the values of run and action are an example. */
function assuming({ pipeline, pipelineArn, region }: Place): RequestContext {
  return {
    'sts:ExternalId': pipelineArn,
    'sts:RoleSessionName': `${pipeline.name.slice(0, 27)}-0198d000-0000-7000-8000-000000000000`,
    'aws:RequestedRegion': region,
    'aws:RequestTag/pipeline': pipeline.name,
    'aws:RequestTag/run': '0198d000-0000-7000-8000-000000000000',
    'aws:RequestTag/action': pipeline.stages[0]?.actions[0]?.name ?? 'Source',
    'aws:TagKeys': ['pipeline', 'run', 'action'],
  };
}

/** The trust statements of a pipeline's role, as docs/deploying.md has them. */
function trustStatements(place: Place): Statements {
  const { partition, accountId, outputs } = place;
  const ArnLike = { 'aws:PrincipalArn': outputs['FunctionRoles'] };
  return ofPrincipal(place, `arn:${partition}:iam::${accountId}:root`, { ArnLike });
}

function ofPrincipal({ pipelineArn }: Place, arn: string, condition: object = {}): Statements {
  const Principal = { AWS: arn };
  const StringEquals = { 'sts:ExternalId': pipelineArn };
  const isLimited = Object.keys(condition).length > 0;
  return {
    'sts:AssumeRole': {
      Effect: 'Allow',
      Principal,
      Action: 'sts:AssumeRole',
      Condition: { ...condition, StringEquals },
    },
    'sts:TagSession': {
      Effect: 'Allow',
      Principal,
      Action: 'sts:TagSession',
      ...(isLimited ? { Condition: condition } : {}),
    },
  };
}
