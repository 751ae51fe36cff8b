import { modelOperation, type Shape, shapeOf } from '../../functions/api/model.ts';
import type { At } from '../../functions/domain/definition/breach.ts';
import type { Finding } from './finding.ts';
import { isRecord } from './path.ts';

const mostTold = 1000;

/** Members that the service model does not have, with the nearest that it has: CodePipeline ignores them. The first thousand. */
export function unknownMembers(operation: string, input: unknown): readonly Finding[] {
  const shape = modelOperation(operation)?.input;
  const found: Finding[] = [];
  for (const finding of shape ? inShape(shapeOf(shape), input, []) : []) if (found.push(finding) >= mostTold) break;
  return found;
}

function* inShape(shape: Shape, value: unknown, at: At): Iterable<Finding> {
  if (shape.type === 'structure' && isRecord(value))
    for (const [name, each] of Object.entries(value)) {
      const member = Object.hasOwn(shape.members ?? {}, name) ? shape.members?.[name] : undefined;
      if (member) yield* inShape(shapeOf(member.shape), each, [...at, name]);
      else yield unknown(shape, name, at);
    }
  if (shape.type === 'list' && Array.isArray(value))
    for (const [index, each] of value.entries()) yield* inShape(shapeOf(shape.member ?? ''), each, [...at, index]);
  if (shape.type === 'map' && isRecord(value))
    for (const [key, each] of Object.entries(value)) yield* inShape(shapeOf(shape.value ?? ''), each, [...at, key]);
}

function unknown({ members = {} }: Shape, name: string, at: At): Finding {
  const near = nearest(name, Object.keys(members));
  const meant = near === undefined ? '' : ` Was '${near}' meant?`;
  return {
    kind: 'warning',
    at: [...at, name],
    message: `The member '${name.slice(0, 100)}' is not known and is ignored.${meant}`,
  };
}

/** The name that is at most a third of its letters away; case does not count. */
export function nearest(name: string, names: readonly string[]): string | undefined {
  if (name.length > 100) return undefined;
  const ranked = names
    .map((each) => ({ each, away: distance(name.toLowerCase(), each.toLowerCase()) }))
    .filter(({ each, away }) => away <= Math.floor(each.length / 3))
    .sort((a, b) => a.away - b.away);
  return ranked[0]?.each;
}

/** How many letters must be added, removed or replaced (Levenshtein). */
function distance(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (let i = 1; i <= from.length; i++) {
    const next = [i];
    for (let j = 1; j <= to.length; j++) {
      const replaced = (row[j - 1] ?? 0) + (from[i - 1] === to[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[to.length] ?? 0;
}
