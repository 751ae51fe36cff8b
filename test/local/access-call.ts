import { readFileSync } from 'node:fs';
import type { SignedCall } from '../../local/access.ts';

export const root = { arn: 'arn:aws:iam::000000000000:root', account: '000000000000', accessKeyId: 'test' };

/** A signed call as the gateway hands it to a service's reader of access. */
export function call(
  given: Partial<Omit<SignedCall, 'body' | 'query'>> & { body?: string; query?: string },
): SignedCall {
  const { body, query = '', ...rest } = given;
  return {
    method: 'POST',
    path: '/',
    headers: {},
    caller: root,
    ...rest,
    query: new URLSearchParams(query),
    body: body === undefined ? undefined : Buffer.from(body),
  };
}

/** A call of a JSON service: the whole `X-Amz-Target`, and the input. */
export function jsonCall(target: string, input: object = {}): SignedCall {
  return call({ headers: { 'x-amz-target': target }, body: JSON.stringify(input) });
}

/** The names in the table of operations of a service's file: what is done must be judged. */
export function operationsIn(file: string): readonly string[] {
  const text = readFileSync(new URL(`../../local/${file}`, import.meta.url), 'utf8');
  const table =
    /(?:OPERATIONS|operations)\b[^=]*= (?:new Map\(\s*Object\.entries\(|\{|new Map\()([\s\S]*?)\n\}?\)?;/.exec(
      text,
    )?.[1] ?? '';
  return [...table.matchAll(/^\s+([A-Z]\w+): \w+,$/gm)].map(([, name = '']) => name);
}
