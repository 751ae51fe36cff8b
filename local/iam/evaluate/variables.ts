import { keyType } from '../service-authorization.ts';
import type { Context } from './context.ts';
import { literal } from './glob.ts';

const VARIABLE = /\$\{([^{}]*)\}/g;
const NAMED = /^([^,'"${}]+?)(?:,\s*'([^'{}]*)')?$/;

/** What is wrong with the variables in a text, as the end of a sentence; undefined for a good text. */
export function variableProblem(text: string): string | undefined {
  if (text.replace(VARIABLE, '').includes('${')) return 'has a variable that is not closed.';
  for (const [written, inside = ''] of text.matchAll(VARIABLE)) {
    if (['*', '?', '$'].includes(inside)) continue;
    const [, key] = NAMED.exec(inside) ?? [];
    if (key === undefined) return `has the malformed variable ${written}.`;
    const type = keyType(key);
    if (type === undefined) return `has a variable of the unknown condition key ${key}.`;
    if (type.startsWith('ArrayOf')) return `has a variable of ${key}, which can have several values.`;
  }
  return undefined;
}

export function hasVariables(text: string): boolean {
  return text.includes('${');
}

/**
 * Puts the request's values in the place of variables (`${aws:username}`, `${aws:PrincipalTag/team, 'none'}`, `${*}`). Wildcards in them
 * stand for themselves. Undefined when the request has no value for one that has no default: what it stands in then matches nothing.
 */
export function filled(text: string, context: Context): string | undefined {
  let missing = false;
  const whole = text.replace(VARIABLE, (_, inside: string) => {
    if (inside === '*' || inside === '?') return literal(inside);
    if (inside === '$') return '$';
    const [, key = '', otherwise] = NAMED.exec(inside) ?? [];
    const values = context.get(key.toLowerCase()) ?? [];
    const value = values.length === 1 ? values[0] : otherwise;
    if (value === undefined) missing = true;
    return literal(value ?? '');
  });
  return missing ? undefined : whole;
}
