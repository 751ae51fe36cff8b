import type { At } from '../../functions/domain/definition/breach.ts';

/** A path as AWS writes it (`stages.2.member.name`) as the steps that lead there in a value. Names in maps may hold dots. */
export function stepsOf(path: string, value: unknown): At {
  const rest = path === '' ? [] : path.split('.');
  const at: (string | number)[] = [];
  let here = value;
  while (rest.length > 0) {
    if (Array.isArray(here)) {
      const index = Number(rest.shift()) - 1;
      if (rest[0] === 'member') rest.shift();
      at.push(index);
      here = here[index];
      continue;
    }
    const name = longestName(here, rest);
    rest.splice(0, name.split('.').length);
    at.push(name);
    here = isRecord(here) && Object.hasOwn(here, name) ? here[name] : undefined;
    // A value of a map is called so too; a name in a map may be the same.
    if (rest[0] === 'member' && !(isRecord(here) && Object.hasOwn(here, 'member'))) rest.shift();
  }
  return at;
}

function longestName(here: unknown, rest: readonly string[]): string {
  for (let count = rest.length; isRecord(here) && count > 1; count--) {
    const name = rest.slice(0, count).join('.');
    if (Object.hasOwn(here, name)) return name;
  }
  return rest[0] ?? '';
}

/** A path as people write it: `stages[1].name`. */
export function pathText(at: At): string {
  return at
    .map((step) => (typeof step === 'number' ? `[${step}]` : `.${step}`))
    .join('')
    .replace(/^\./, '');
}

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
