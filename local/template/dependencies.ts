import { invalid, isList, isMap, type RawResource, type Value } from './document.ts';
import { asFunction, getAttParts, subNames, subParts } from './intrinsics.ts';

type Resources = Readonly<Record<string, RawResource>>;

/** The logical ids in the order in which the resources can be made: each after all that it refers to. */
export function inOrder(resources: Resources): readonly string[] {
  const done = new Set<string>();
  const visit = (logicalId: string, path: readonly string[]): void => {
    if (done.has(logicalId)) return;
    if (path.includes(logicalId)) {
      const cycle = [...path.slice(path.indexOf(logicalId)), logicalId];
      throw invalid(`Circular dependency between resources: ${cycle.join(' → ')}.`);
    }
    for (const needed of dependencies(resources, logicalId)) visit(needed, [...path, logicalId]);
    done.add(logicalId);
  };
  for (const logicalId of Object.keys(resources)) visit(logicalId, []);
  return [...done];
}

/** Every name that a value refers to by Ref, Fn::GetAtt or Fn::Sub: resources, parameters and pseudo parameters. */
export function references(value: Value | undefined): readonly string[] {
  const called = asFunction(value);
  if (called === undefined) return parts(value).flatMap(references);
  const { name, argument } = called;
  if (name === 'Ref') return [String(argument)];
  if (name === 'Fn::GetAtt') {
    const [logicalId, attribute] = getAttParts(argument);
    return [logicalId, ...references(attribute)];
  }
  if (name !== 'Fn::Sub') return references(argument);
  const [template, variables] = subParts(argument);
  const free = subNames(template).filter((inner) => !Object.hasOwn(variables, inner));
  return [...free.map((inner) => inner.split('.')[0] ?? inner), ...Object.values(variables).flatMap(references)];
}

function dependencies(resources: Resources, logicalId: string): readonly string[] {
  const { Properties, DependsOn = [] } = resources[logicalId] ?? { Type: '' };
  const all = [...references(Properties), ...(typeof DependsOn === 'string' ? [DependsOn] : DependsOn)];
  return all.filter((name) => Object.hasOwn(resources, name));
}

function parts(value: Value | undefined): readonly Value[] {
  if (isList(value)) return value;
  return isMap(value) ? Object.values(value) : [];
}
