import { createHash } from 'node:crypto';
import type { Key } from '../aws/table.ts';
import { Refusal } from '../domain/refusal.ts';

/** What a listing is of: a token is good for the same listing only. */
export type Query = readonly (string | undefined)[];

/** Where a page begins: after this sort key; `seen` is what the listing has to remember of the pages before. */
interface Position {
  readonly sk: string;
  readonly seen: readonly string[];
}

/** DynamoDB's limit of a sort key, in bytes. */
const longestKey = 1024;

/** The token with which the next page is asked for. */
export function nextToken(
  query: Query,
  next: Key | undefined,
  seen: readonly string[] = [],
): { readonly nextToken?: string } {
  if (!next) return {};
  return { nextToken: encode(query, { sk: next.sk, seen }) };
}

/** Where the page of a token begins; undefined for the first page. Refuses a token of another listing, and one that was changed. */
export function pageStart(query: Query, token: string | undefined, pk: string): Key | undefined {
  const position = readToken(query, token);
  return position && { pk, sk: position.sk };
}

/** What a token holds; undefined for the first page. Refuses a token of another listing, and one that was changed. */
export function readToken(query: Query, token: string | undefined): Position | undefined {
  if (token === undefined) return undefined;
  const [, sk, ...seen] = parse(token);
  const isPosition = typeof sk === 'string' && sk !== '' && Buffer.byteLength(sk) <= longestKey;
  if (!isPosition || !seen.every((each) => typeof each === 'string')) throw invalid();
  const position = { sk, seen };
  if (encode(query, position) !== token) throw invalid();
  return position;
}

/** The one way to write a position of a listing: the seal is over both (docs/decisions/0017-page-tokens.md). */
function encode(query: Query, { sk, seen }: Position): string {
  const sealed = JSON.stringify([query, sk, seen]);
  const seal = createHash('sha256').update(sealed).digest('base64url').slice(0, 22);
  return Buffer.from(JSON.stringify([seal, sk, ...seen])).toString('base64url');
}

function parse(token: string): readonly unknown[] {
  try {
    const parsed: unknown = JSON.parse(Buffer.from(token, 'base64url').toString('utf8'));
    return Array.isArray(parsed) ? parsed : [];
  } catch {
    throw invalid();
  }
}

function invalid(): Refusal {
  return new Refusal(
    'InvalidNextTokenException',
    'The nextToken is not one that this listing gave. Repeat the call without it.',
  );
}
