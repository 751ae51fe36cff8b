import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import type { Access } from './roles.ts';

/** What is known of an invocation: the function ended, with its error where it threw one; it went on when nobody waited any more; it was throttled and did not begin. */
export type Invocation =
  | { readonly status: 'Ended'; readonly error?: string }
  | { readonly status: 'GoesOn' }
  | { readonly status: 'Throttled' };

/** Invokes a function of a user's as a role, once, and waits for it as long as `millis` says. An invocation whose outcome is not known throws. */
export async function invokeAs(
  { region, credentials }: Access,
  name: string,
  payload: object,
  millis: number,
): Promise<Invocation> {
  // The SDK's own retries could invoke it twice.
  const client = new LambdaClient({ region, credentials, maxAttempts: 1 });
  const waiting = AbortSignal.timeout(millis);
  const command = new InvokeCommand({ FunctionName: name, Payload: Buffer.from(JSON.stringify(payload)) });
  try {
    const { FunctionError, Payload } = await client.send(command, { abortSignal: waiting });
    return FunctionError === undefined ? { status: 'Ended' } : { status: 'Ended', error: errorIn(Payload) };
  } catch (error) {
    if (waiting.aborted) return { status: 'GoesOn' };
    if ((error as Error).name === 'TooManyRequestsException') return { status: 'Throttled' };
    throw error;
  }
}

/** What a function threw, as Lambda tells it: `{errorType, errorMessage}`. */
function errorIn(payload: Uint8Array | undefined): string {
  const text = Buffer.from(payload ?? []).toString('utf8');
  try {
    const { errorType, errorMessage } = JSON.parse(text) as { errorType?: string; errorMessage?: string };
    return [errorType, errorMessage].filter((each) => each !== undefined && each !== '').join(': ') || text;
  } catch {
    return text;
  }
}
