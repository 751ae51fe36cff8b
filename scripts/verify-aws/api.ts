import { type Answer, ask as askApi, call } from '../account/api.ts';
import type { Keys } from '../account/client-options.ts';
import type { Account } from './account.ts';
import { NotSeen } from './probe.ts';

/** Sends an operation to a path, signed by a caller's keys at the account's time; the path is taken as it stands. */
export function ask(account: Account, apiUrl: string, path: string, input: object, keys: Keys): Promise<Answer> {
  return askApi(apiOf(account, apiUrl, keys), path, input);
}

/** Calls an operation at its path; throws what it refuses. Times are seconds since 1970. */
export async function operate<Output>(
  account: Account,
  apiUrl: string,
  operation: string,
  input: object,
  keys?: Keys,
): Promise<Output> {
  const { status, body } = await call(apiOf(account, apiUrl, keys ?? (await account.keys())), operation, input);
  if (status !== 200) throw new NotSeen(`${operation} answered ${status}: ${body.slice(0, 300)}`);
  return JSON.parse(body) as Output;
}

function apiOf({ region, time }: Account, url: string, keys: Keys) {
  return { url, region, keys, now: time.now() };
}
