import { pathOf } from '../client/path-of.ts';
import type { Account } from './account.ts';
import { NotSeen } from './probe.ts';
import { type Keys, sendSigned } from './signed.ts';

/** What the API answered. */
export interface Answer {
  readonly status: number;
  readonly body: string;
}

/** Sends an operation to a path, signed by a caller's keys; the path is taken as it stands. */
export async function ask(
  { region, time }: Account,
  apiUrl: string,
  path: string,
  input: object,
  keys: Keys,
): Promise<Answer> {
  const response = await sendSigned({
    service: 'execute-api',
    region,
    url: `${apiUrl}${path}`,
    headers: { 'content-type': 'application/x-amz-json-1.1' },
    body: JSON.stringify(input),
    keys,
    now: time.now(),
  });
  return { status: response.status, body: await response.text() };
}

/** Calls an operation at its path; throws what it refuses. Times are seconds since 1970. */
export async function operate<Output>(
  account: Account,
  apiUrl: string,
  operation: string,
  input: object,
  keys?: Keys,
): Promise<Output> {
  const path = pathOf(operation, input as Readonly<Record<string, unknown>>);
  const { status, body } = await ask(account, apiUrl, path, input, keys ?? (await account.keys()));
  if (status !== 200) throw new NotSeen(`${operation} answered ${status}: ${body.slice(0, 300)}`);
  return JSON.parse(body) as Output;
}
