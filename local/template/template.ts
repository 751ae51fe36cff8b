import { dirname, resolve as resolvePath } from 'node:path';
import type { ResourceHandler, ResourceValues } from '../service.ts';
import { definitionWith } from './definition.ts';
import { inOrder, references } from './dependencies.ts';
import {
  type Document,
  invalid,
  isMap,
  type RawOutput,
  type RawResource,
  readDocument,
  type Value,
  type ValueMap,
} from './document.ts';
import { chooseBranches, resolve, type Scope } from './intrinsics.ts';
import { readParameters } from './parameters.ts';
import { physicalName } from './physical-name.ts';
import { type FindResource, type Surroundings, scopeOf } from './scope.ts';
import { expandServerless } from './serverless.ts';

/** A resource to be made. References to other resources are still in its properties. */
export interface TemplateResource {
  readonly logicalId: string;
  readonly type: string;
  readonly name: string;
  readonly properties: ValueMap;
}

/** A template read for one stack: SAM expanded, conditions applied, resources in the order of their dependencies. */
export interface Template {
  readonly resources: readonly TemplateResource[];
  readonly outputs: Readonly<Record<string, Value>>;
  /** What names stand for, once resources can be found. */
  readonly scope: (find: FindResource) => Scope;
}

export interface Given extends Surroundings {
  readonly parameters?: Readonly<Record<string, string>>;
}

/** What came of a template: what CloudFormation would know of each resource, and the outputs. */
export interface Provisioned {
  readonly resources: ReadonlyMap<string, ResourceValues>;
  readonly outputs: Readonly<Record<string, string>>;
}

/** Reads a template of CloudFormation or SAM. Throws a ValidationError that names what is wrong in it. */
export function readTemplate(file: string, given: Given): Template {
  const document = readDocument(file);
  const parameters = readParameters(document.Parameters ?? {}, given.parameters ?? {});
  const scope = (find: FindResource): Scope => scopeOf(document, parameters, given, find);
  const early = scope((logicalId) => {
    throw invalid(`A condition cannot refer to ${logicalId}: only parameters are known by then.`);
  });
  const resources = expand(document, early, dirname(resolvePath(file)));
  const outputs = readOutputs(document.Outputs ?? {}, early);
  const known = new Set([...Object.keys(resources), ...parameters.keys()]);
  for (const [logicalId, { Properties }] of Object.entries(resources)) checkReferences(logicalId, Properties, known);
  for (const [name, value] of Object.entries(outputs)) checkReferences(`the output ${name}`, value, known);
  return {
    resources: inOrder(resources).map((logicalId) => named(logicalId, resources[logicalId], given.stackName)),
    outputs,
    scope,
  };
}

/** Makes the resources of a template one after the other, and computes its outputs. */
export async function provision(
  template: Template,
  handlers: Readonly<Record<string, ResourceHandler>>,
): Promise<Provisioned> {
  refuseUnknownTypes(template, handlers);
  const made = new Map<string, ResourceValues>();
  const scope = template.scope((logicalId) => {
    const values = made.get(logicalId);
    if (values === undefined) throw invalid(`The template has no resource ${logicalId}.`);
    return values;
  });
  for (const resource of template.resources) {
    try {
      made.set(resource.logicalId, await make(resource, scope, handlers));
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      throw new Error(`${resource.logicalId} (${resource.type}) cannot be made: ${reason}`, { cause: error });
    }
  }
  const outputs = Object.entries(template.outputs).map(([name, value]) => [name, output(name, resolve(value, scope))]);
  return { resources: made, outputs: Object.fromEntries(outputs) };
}

/** The resources whose condition holds, with the branches that the conditions choose, and SAM's expanded. */
function expand(document: Document, scope: Scope, folder: string): Readonly<Record<string, RawResource>> {
  const present = Object.entries(document.Resources)
    .filter(([, { Condition }]) => Condition === undefined || scope.condition(Condition))
    .map(([logicalId, resource]) => {
      const properties = chooseBranches(resource.Properties ?? {}, scope);
      return [logicalId, { ...resource, Properties: isMap(properties) ? properties : {} }] as const;
    });
  const globals = chooseBranches((document.Globals ?? {}) as ValueMap, scope) as Readonly<Record<string, ValueMap>>;
  return expandServerless(Object.fromEntries(present), { globals, folder, transform: document.Transform });
}

function readOutputs(outputs: Readonly<Record<string, RawOutput>>, scope: Scope): Readonly<Record<string, Value>> {
  const present = Object.entries(outputs)
    .filter(([, { Condition }]) => Condition === undefined || scope.condition(Condition))
    .map(([name, { Value }]) => [name, chooseBranches(Value, scope)] as const);
  for (const [name, value] of present) if (value === undefined) throw invalid(`The output ${name} has no Value.`);
  return Object.fromEntries(present) as Record<string, Value>;
}

function checkReferences(where: string, value: Value | undefined, known: ReadonlySet<string>): void {
  for (const name of references(value)) {
    if (known.has(name) || name.startsWith('AWS::')) continue;
    throw invalid(`The template has no ${name}, or its condition does not hold, but ${where} refers to it.`);
  }
}

function named(logicalId: string, resource: RawResource | undefined, stackName: string): TemplateResource {
  const { Type: type = '', Properties: properties = {} } = resource ?? {};
  return { logicalId, type, name: physicalName(stackName, logicalId, type), properties };
}

function refuseUnknownTypes({ resources }: Template, handlers: Readonly<Record<string, ResourceHandler>>): void {
  const unknown = resources.filter(({ type }) => !Object.hasOwn(handlers, type));
  if (unknown.length === 0) return;
  const list = unknown.map(({ logicalId, type }) => `${logicalId} (${type})`).join(', ');
  throw invalid(`The local stack cannot make these resources of the template: ${list}.`);
}

async function make(
  resource: TemplateResource,
  scope: Scope,
  handlers: Readonly<Record<string, ResourceHandler>>,
): Promise<ResourceValues> {
  const { logicalId, name, type } = resource;
  const handler = handlers[type];
  if (handler === undefined) throw invalid(`The local stack has no resources of type ${type}.`);
  const properties = resolve(resource.properties, scope);
  return handler({ logicalId, name, type, properties: isMap(properties) ? definitionWith(type, properties) : {} });
}

function output(name: string, value: Value | undefined): string {
  if (typeof value === 'object' || value === undefined) {
    throw invalid(`The output ${name} is ${JSON.stringify(value)}, not a string.`);
  }
  return String(value);
}
