import { pathOf } from '../client/path-of.ts';
import type { Keys } from './client-options.ts';
import { addressOf, sendSigned } from './signed-post.ts';

/** Sluice's API, and who calls it. */
export interface Api {
  /** The output ApiUrl of the stack. */
  readonly url: string;
  readonly region: string;
  readonly keys: Keys;
  /** Milliseconds; absent: the time it is. */
  readonly now?: number;
}

/** What the API answered. */
export interface Answer {
  readonly status: number;
  readonly body: string;
}

/** Calls an operation at the path by which IAM decides. */
export function call(api: Api, operation: string, input: object): Promise<Answer> {
  return ask(api, pathOf(operation, input as Readonly<Record<string, unknown>>), input);
}

/** Sends an input to a path; the path is taken as it stands. */
export async function ask({ url, ...caller }: Api, path: string, input: object): Promise<Answer> {
  const headers = { 'content-type': 'application/x-amz-json-1.1' };
  const post = { ...caller, url: addressOf(url, path), headers, body: JSON.stringify(input) };
  const response = await sendSigned(post);
  return { status: response.status, body: await response.text() };
}
