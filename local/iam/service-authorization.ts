import table from './service-authorization.json' with { type: 'json' };

/** An action as AWS's service authorization reference lists it. */
export interface Action {
  /** `s3:GetObject`, in AWS's spelling. */
  readonly name: string;
  readonly level: string;
  /** Empty for an action that only a Resource of `*` can grant. */
  readonly resourceTypes: readonly ResourceType[];
  /** Condition keys; a variable part is a star: `aws:RequestTag/*`. */
  readonly conditionKeys: readonly string[];
  /** Actions that a caller needs besides: `iam:PassRole`. */
  readonly dependentActions: readonly string[];
}

export interface ResourceType {
  readonly service: string;
  readonly type: string;
  /** `arn:${Partition}:s3:::${BucketName}` */
  readonly arn: string;
  /** Whether the action always has such a resource. Where several are marked, each form of the action has one of them. */
  readonly required: boolean;
}

interface Service {
  readonly resources: Readonly<Record<string, { readonly arn: string }>>;
  readonly keys: Readonly<Record<string, string>>;
  readonly actions: Readonly<Record<string, Entry>>;
}

interface Entry {
  readonly level: string;
  readonly resources: readonly string[];
  readonly keys: readonly string[];
  readonly dependents?: readonly string[];
}

const services = table.services as unknown as Readonly<Record<string, Service>>;
const actionsByService = new Map(Object.entries(services).map(([name, service]) => [name, actionsOf(name, service)]));
const actionsByName = new Map(
  [...actionsByService.values()].flat().map((action) => [action.name.toLowerCase(), action] as const),
);

function actionsOf(service: string, { actions, resources }: Service): readonly Action[] {
  return Object.entries(actions).map(([name, entry]) => ({
    name: `${service}:${name}`,
    level: entry.level,
    resourceTypes: entry.resources.map((written) => resourceType(service, resources, written)),
    conditionKeys: entry.keys,
    dependentActions: entry.dependents ?? [],
  }));
}

/** `written`: the type's name, with a star at its end when it is required. */
function resourceType(service: string, resources: Service['resources'], written: string): ResourceType {
  const type = written.replace(/\*$/, '');
  const arn = resources[type]?.arn;
  if (arn === undefined) throw new Error(`The table has no resource type ${type} of ${service}.`);
  return { service, type, arn, required: written.endsWith('*') };
}

/** Finds an action by its name in any case; undefined when the reference has none, or the table lacks its service. */
export function findAction(name: string): Action | undefined {
  return actionsByName.get(name.toLowerCase());
}

/** All actions of a service, by its prefix in any case; undefined for a service that the table lacks. */
export function actionsOfService(prefix: string): readonly Action[] | undefined {
  return actionsByService.get(prefix.toLowerCase());
}

/** The prefixes of the services of the table. */
export const serviceNames: readonly string[] = Object.keys(services);

/** The types of an action that an ARN is of. */
export function typesOf(action: Action, arn: string): readonly ResourceType[] {
  return action.resourceTypes.filter((type) => shape(type.arn).test(arn));
}

/**
 * Whether a request of an action can be for a resource. An action without resource types is for `*` only; `*` is also what an action
 * is for that has resource types, but requires none.
 */
export function appliesTo(action: Action, resource: string): boolean {
  if (resource === '*') return action.resourceTypes.every(({ required }) => !required);
  return typesOf(action, resource).length > 0;
}

/** Every action that can be asked of the resource that an ARN names. */
export function actionsOn(arn: string): readonly Action[] {
  return [...actionsByName.values()].filter((action) => typesOf(action, arn).length > 0);
}

const shapes = new Map<string, RegExp>();

/** Names of buckets and tables have no slash: it divides them from what lies in them. The path of an HTTP API may be its root. */
function shape(arn: string): RegExp {
  const made = shapes.get(arn);
  if (made !== undefined) return made;
  const pieces = arn.split(/(\$\{\w+\})/).map((piece) => {
    if (!piece.startsWith('${')) return piece.replace(/[.*+?^$()|[\]\\{}]/g, '\\$&');
    if (/\{ApiSpecificResourcePath\}/.test(piece)) return '.*';
    return /\{(BucketName|TableName)\}/.test(piece) ? '[^/]+' : '.+';
  });
  const expression = new RegExp(`^${pieces.join('')}$`, 's');
  shapes.set(arn, expression);
  return expression;
}

const globalKeys = keyTypes(table.globalKeys);
const serviceKeys = new Map(Object.entries(services).map(([name, { keys }]) => [name, keyTypes(keys)]));

interface KeyTypes {
  readonly named: ReadonlyMap<string, string>;
  /** Keys with a variable part, as expressions. */
  readonly formed: readonly (readonly [RegExp, string])[];
}

function keyTypes(keys: Readonly<Record<string, string>>): KeyTypes {
  const entries = Object.entries(keys).map(([key, type]) => [key.toLowerCase(), type] as const);
  const form = (key: string) => new RegExp(`^${key.split('*').map(escaped).join('.+')}$`, 's');
  return {
    named: new Map(entries.filter(([key]) => !key.includes('*'))),
    formed: entries.filter(([key]) => key.includes('*')).map(([key, type]) => [form(key), type] as const),
  };
}

function escaped(text: string): string {
  return text.replace(/[.$]/g, '\\$&');
}

/**
 * The type of a condition key (`String`, `ARN`, `ArrayOfString` …), global or of one of the services; undefined for a key that
 * there is not. Names of keys have no case.
 */
export function keyType(key: string, among: readonly string[] = serviceNames): string | undefined {
  const name = key.toLowerCase();
  for (const types of [globalKeys, ...among.map((service) => serviceKeys.get(service.toLowerCase()))]) {
    const type = types?.named.get(name) ?? types?.formed.find(([form]) => form.test(name))?.[1];
    if (type !== undefined) return type;
  }
  return undefined;
}
