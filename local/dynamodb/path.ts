import { type AttributeValue, attribute, type Item } from './attribute-value.ts';

/** A document path: attribute names and list indexes. */
export type Path = readonly (string | number)[];

/** The value at a path; undefined when there is none. */
export function valueAt(item: Item, path: Path): AttributeValue | undefined {
  let value: AttributeValue | undefined = { M: item };
  for (const step of path) value = child(value, step);
  return value;
}

export function child(value: AttributeValue | undefined, step: string | number): AttributeValue | undefined {
  if (typeof step === 'number') return value?.L?.[step];
  return value?.M && attribute(value.M, step);
}

interface Wanted {
  whole: boolean;
  readonly below: Map<string | number, Wanted>;
}

/** The parts of an item that the paths name. Elements picked from a list stand together in a shorter list. */
export function project(item: Item, paths: readonly Path[]): Item {
  const root: Wanted = { whole: false, below: new Map() };
  for (const path of paths) {
    let wanted = root;
    for (const step of path) {
      let next = wanted.below.get(step);
      if (!next) {
        next = { whole: false, below: new Map() };
        wanted.below.set(step, next);
      }
      wanted = next;
    }
    wanted.whole = true;
  }
  return pick({ M: item }, root)?.M ?? {};
}

function pick(value: AttributeValue, { whole, below }: Wanted): AttributeValue | undefined {
  if (whole) return value;
  if (value.L) {
    const elements = [...below]
      .sort(([a], [b]) => Number(a) - Number(b))
      .flatMap(([step, wanted]) => pickChild(value, step, wanted));
    return elements.length > 0 ? { L: elements } : undefined;
  }
  if (!value.M) return undefined;
  const members = [...below].flatMap(([step, wanted]) =>
    pickChild(value, step, wanted).map((picked): [string, AttributeValue] => [String(step), picked]),
  );
  return members.length > 0 ? { M: Object.fromEntries(members) } : undefined;
}

function pickChild(value: AttributeValue, step: string | number, wanted: Wanted): AttributeValue[] {
  const found = child(value, step);
  const picked = found && pick(found, wanted);
  return picked ? [picked] : [];
}
