import { createHash } from 'node:crypto';
import type { Key } from '../aws/table.ts';
import { Refusal } from '../domain/refusal.ts';

/** What a listing is of: a token is good for the same listing only. */
export type Query = readonly (string | undefined)[];

/** The token with which the next page is asked for. */
export function nextToken(query: Query, next: Key | undefined): { readonly nextToken?: string } {
  if (!next) return {};
  return { nextToken: Buffer.from(JSON.stringify([digest(query), next.sk])).toString('base64url') };
}

/** Where the page of a token begins; undefined for the first page. Refuses a token of another listing. */
export function pageStart(query: Query, token: string | undefined, pk: string): Key | undefined {
  if (token === undefined) return undefined;
  const [of, sk] = parse(token);
  if (of !== digest(query) || typeof sk !== 'string') throw invalid();
  return { pk, sk };
}

function parse(token: string): readonly unknown[] {
  try {
    const parsed: unknown = JSON.parse(Buffer.from(token, 'base64url').toString('utf8'));
    return Array.isArray(parsed) ? parsed : [];
  } catch {
    throw invalid();
  }
}

function digest(query: Query): string {
  return createHash('sha256').update(JSON.stringify(query)).digest('base64url').slice(0, 16);
}

function invalid(): Refusal {
  return new Refusal(
    'InvalidNextTokenException',
    'The nextToken is not one that this listing gave. Repeat the call without it.',
  );
}
