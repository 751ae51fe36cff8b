import { Changed, untilUnchanged } from '../aws/table.ts';
import { Refusal } from '../domain/refusal.ts';

/** Reads, decides and writes, again as long as others come between; refuses at last, when they always do. */
export async function concurrently<T>(what: string, attempt: () => Promise<T>): Promise<T> {
  try {
    return await untilUnchanged(attempt);
  } catch (error) {
    if (!(error instanceof Changed)) throw error;
    throw new Refusal(
      'ConcurrentModificationException',
      `${what} was changed by others while it was to be changed. Repeat the call.`,
    );
  }
}
