import { invalid, isList, isMap, type RawResource, type Value, type ValueMap } from './document.ts';
import { asFunction } from './intrinsics.ts';
import { expandFunction } from './serverless-function.ts';
import { expandStateMachine } from './serverless-state-machine.ts';

/** What the expansion of a SAM resource needs besides the resource. */
export interface Surrounding {
  /** The folder of the template: CodeUri and DefinitionUri are relative to it. */
  readonly folder: string;
  readonly globals: Readonly<Record<string, ValueMap>>;
  readonly transform: string | readonly string[] | undefined;
}

type Resources = Readonly<Record<string, RawResource>>;
type Expansion = (logicalId: string, resource: RawResource, properties: ValueMap, folder: string) => Resources;

const TRANSFORM = 'AWS::Serverless-2016-10-31';
const PREFIX = 'AWS::Serverless::';
const EXPANSIONS: Readonly<Record<string, Expansion>> = { Function: expandFunction, StateMachine: expandStateMachine };

/** Replaces resources of SAM by the ones of CloudFormation that `sam` would make of them. Conditions must have been applied. */
export function expandServerless(resources: Resources, { folder, globals, transform = [] }: Surrounding): Resources {
  const transforms = typeof transform === 'string' ? [transform] : transform;
  const other = transforms.find((name) => name !== TRANSFORM);
  if (other !== undefined) throw invalid(`The local stack does not know the transform ${other}.`);
  const foreign = Object.keys(globals).find((name) => !Object.hasOwn(EXPANSIONS, name));
  if (foreign !== undefined) throw invalid(`The local stack does not know the Globals of ${foreign}.`);
  const expanded: Record<string, RawResource> = {};
  for (const [logicalId, resource] of Object.entries(resources)) {
    const parts = expandOne(logicalId, resource, { folder, globals, transform });
    for (const [id, part] of Object.entries(parts)) {
      if (Object.hasOwn(expanded, id) || (id !== logicalId && Object.hasOwn(resources, id))) {
        throw invalid(`${logicalId} expands to ${id}, and the template has another resource of that name.`);
      }
      expanded[id] = part;
    }
  }
  return expanded;
}

function expandOne(
  logicalId: string,
  resource: RawResource,
  { folder, globals, transform = [] }: Surrounding,
): Resources {
  if (!resource.Type.startsWith(PREFIX)) return { [logicalId]: resource };
  if (transform.length === 0)
    throw invalid(`${logicalId} is a ${resource.Type}, but the template has no Transform: ${TRANSFORM}.`);
  const name = resource.Type.slice(PREFIX.length);
  const expand = EXPANSIONS[name];
  if (expand === undefined) throw invalid(`The local stack does not expand ${resource.Type} (${logicalId}).`);
  const properties = merged(globals[name], resource.Properties ?? {});
  return expand(logicalId, resource, isMap(properties) ? properties : {}, folder);
}

/** SAM's rule for Globals: maps are merged, lists joined (globals first), and of anything else the resource's own counts. */
export function merged(global: Value | undefined, own: Value): Value {
  if (isList(global) && isList(own)) return [...global, ...own];
  if (!isMap(global) || !isMap(own) || asFunction(global) !== undefined || asFunction(own) !== undefined) return own;
  const entries = Object.entries(own).map(([key, value]) => [key, merged(global[key], value)] as const);
  return { ...global, ...Object.fromEntries(entries) };
}
