import { type AttributeValue, attribute, type Item, typeOf } from './attribute-value.ts';
import { invalid } from './errors.ts';
import { add, subtract } from './number.ts';
import { child, type Path, valueAt } from './path.ts';

/** One action of a parsed update expression. `value` of ADD and DELETE is the name of a request's value. */
export type Update =
  | { readonly type: 'set'; readonly path: Path; readonly value: UpdateValue }
  | { readonly type: 'remove'; readonly path: Path }
  | { readonly type: 'add' | 'delete'; readonly path: Path; readonly value: string };

export type UpdateValue =
  | { readonly type: 'path'; readonly path: Path }
  | { readonly type: 'value'; readonly name: string }
  | { readonly type: 'if_not_exists'; readonly path: Path; readonly otherwise: UpdateValue }
  | { readonly type: 'plus' | 'minus' | 'list_append'; readonly left: UpdateValue; readonly right: UpdateValue };

type MutableItem = Record<string, AttributeValue>;

/** Where an action takes effect: a map's member or a list's element. */
type Place =
  | { readonly map: MutableItem; readonly name: string }
  | { readonly list: AttributeValue[]; readonly index: number };

const MISSING = 'The provided expression refers to an attribute that does not exist in the item';
const WRONG_TYPE = 'An operand in the update expression has an incorrect data type';
const NO_PLACE = 'The document path provided in the update expression is invalid for update';

/**
 * Applies an update expression to `item`, which it changes. All actions see `before`, the item as it was: an equal copy of
 * its own. List elements keep their indexes until all actions are done.
 */
export function applyUpdate(updates: readonly Update[], item: MutableItem, before: Item, values: Item): void {
  const planned = updates.map((update) => ({
    place: placeOf(item, update.path),
    value: outcome(update, before, values),
  }));
  const shrinking = new Map<AttributeValue[], number[]>();
  const growing = new Map<AttributeValue[], [number, AttributeValue][]>();
  for (const { place, value } of planned) {
    if ('map' in place) {
      if (value) place.map[place.name] = value;
      else delete place.map[place.name];
    } else if (!value) {
      shrinking.set(place.list, [...(shrinking.get(place.list) ?? []), place.index]);
    } else if (place.index < place.list.length) {
      place.list[place.index] = value;
    } else {
      growing.set(place.list, [...(growing.get(place.list) ?? []), [place.index, value]]);
    }
  }
  for (const [list, indexes] of shrinking) {
    for (const index of indexes.sort((a, b) => b - a)) list.splice(index, 1);
  }
  for (const [list, added] of growing) {
    list.push(...added.sort(([a], [b]) => a - b).map(([, value]) => value));
  }
}

function placeOf(item: MutableItem, path: Path): Place {
  let parent: AttributeValue | undefined = { M: item };
  for (const step of path.slice(0, -1)) parent = child(parent, step);
  const last = path[path.length - 1];
  if (typeof last === 'number' && parent?.L) return { list: parent.L as AttributeValue[], index: last };
  if (typeof last === 'string' && parent?.M) return { map: parent.M as MutableItem, name: last };
  throw invalid(NO_PLACE);
}

/** The value that an action leaves at its path; undefined when it leaves none. */
function outcome(update: Update, before: Item, values: Item): AttributeValue | undefined {
  switch (update.type) {
    case 'set':
      return resolve(update.value, before, values);
    case 'remove':
      return undefined;
    case 'add':
      return sumOf(valueAt(before, update.path), valueNamed(values, update.value));
    case 'delete':
      return without(valueAt(before, update.path), valueNamed(values, update.value));
  }
}

function resolve(value: UpdateValue, before: Item, values: Item): AttributeValue {
  switch (value.type) {
    case 'value':
      return valueNamed(values, value.name);
    case 'path': {
      const found = valueAt(before, value.path);
      if (!found) throw invalid(MISSING);
      return found;
    }
    case 'if_not_exists':
      return valueAt(before, value.path) ?? resolve(value.otherwise, before, values);
    case 'plus':
    case 'minus':
    case 'list_append':
      return combine(value.type, resolve(value.left, before, values), resolve(value.right, before, values));
  }
}

function combine(type: 'plus' | 'minus' | 'list_append', left: AttributeValue, right: AttributeValue): AttributeValue {
  if (type === 'list_append') {
    if (!left.L || !right.L) throw invalid(WRONG_TYPE);
    return { L: [...left.L, ...right.L] };
  }
  if (left.N === undefined || right.N === undefined) throw invalid(WRONG_TYPE);
  return { N: type === 'plus' ? add(left.N, right.N) : subtract(left.N, right.N) };
}

function sumOf(existing: AttributeValue | undefined, added: AttributeValue): AttributeValue {
  if (!existing) return added;
  if (added.N !== undefined && existing.N !== undefined) return { N: add(existing.N, added.N) };
  const [present, type] = setOf(existing, added);
  const more = (added[type] ?? []).filter((element) => !present.includes(element));
  return { [type]: [...present, ...more] };
}

function without(existing: AttributeValue | undefined, removed: AttributeValue): AttributeValue | undefined {
  if (!existing) return undefined;
  const [present, type] = setOf(existing, removed);
  const rest = present.filter((element) => !removed[type]?.includes(element));
  return rest.length > 0 ? { [type]: rest } : undefined;
}

function setOf(existing: AttributeValue, other: AttributeValue): [readonly string[], 'SS' | 'NS' | 'BS'] {
  const type = typeOf(other);
  const present = type === 'SS' || type === 'NS' || type === 'BS' ? existing[type] : undefined;
  if (!present) throw invalid(WRONG_TYPE);
  return [present, type as 'SS' | 'NS' | 'BS'];
}

function valueNamed(values: Item, name: string): AttributeValue {
  return attribute(values, name) as AttributeValue;
}
