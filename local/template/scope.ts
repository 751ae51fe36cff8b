import type { ResourceValues } from '../service.ts';
import { stableUuid } from '../unique-id.ts';
import { type Document, invalid, isMap, type Value } from './document.ts';
import { type Scope, truth } from './intrinsics.ts';

/** Where the stack stands: what the pseudo parameters say. */
export interface Surroundings {
  readonly account: string;
  readonly region: string;
  readonly partition: string;
  readonly stackName: string;
}

/** Looks up a resource that was made; throws for one that does not exist. */
export type FindResource = (logicalId: string) => ResourceValues;

/** What the names in a template stand for, given its parameters' values and a way to the resources made so far. */
export function scopeOf(
  document: Document,
  parameters: ReadonlyMap<string, Value>,
  surroundings: Surroundings,
  find: FindResource,
): Scope {
  const pseudo = pseudoParameters(surroundings);
  const condition = conditionsOf(document, () => scope);
  const scope: Scope = {
    ref: (name) => {
      if (pseudo.has(name)) return pseudo.get(name);
      if (name.startsWith('AWS::')) throw invalid(`The local stack has no pseudo parameter ${name}.`);
      return parameters.get(name) ?? find(name).ref;
    },
    attribute: (logicalId, attribute) => {
      const { attributes } = find(logicalId);
      const value = attributes[attribute];
      if (value !== undefined) return value;
      const known = Object.keys(attributes).join(', ') || 'none';
      throw invalid(`${logicalId} has no attribute ${attribute} on the local stack; it has ${known}.`);
    },
    condition,
    mapping: (map, first, second) => findInMap(document, map, first, second),
  };
  return scope;
}

function pseudoParameters({
  account,
  region,
  partition,
  stackName,
}: Surroundings): ReadonlyMap<string, Value | undefined> {
  const id = stableUuid(partition, account, region, stackName);
  return new Map<string, Value | undefined>([
    ['AWS::AccountId', account],
    ['AWS::Region', region],
    ['AWS::Partition', partition],
    ['AWS::StackName', stackName],
    ['AWS::StackId', `arn:${partition}:cloudformation:${region}:${account}:stack/${stackName}/${id}`],
    ['AWS::URLSuffix', partition === 'aws-cn' ? 'amazonaws.com.cn' : 'amazonaws.com'],
    ['AWS::NoValue', undefined],
  ]);
}

/** Evaluates conditions when they are asked for, since each may name others in any order. */
function conditionsOf(document: Document, scope: () => Scope): (name: string) => boolean {
  const known = new Map<string, boolean>();
  const underWay: string[] = [];
  return (name) => {
    const value = known.get(name);
    if (value !== undefined) return value;
    const expression = document.Conditions?.[name];
    if (expression === undefined) throw invalid(`The template has no condition ${name}.`);
    if (underWay.includes(name)) throw invalid(`Circular conditions: ${[...underWay, name].join(' → ')}.`);
    underWay.push(name);
    const result = truth(expression, scope());
    underWay.pop();
    known.set(name, result);
    return result;
  };
}

function findInMap({ Mappings = {} }: Document, map: string, first: string, second: string): Value {
  const row = isMap(Mappings[map]) ? Mappings[map][first] : undefined;
  const value = isMap(row) ? row[second] : undefined;
  if (value === undefined) throw invalid(`The template has no mapping ${map}.${first}.${second}.`);
  return value;
}
