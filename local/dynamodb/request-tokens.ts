import { createHash } from 'node:crypto';
import type { DatabaseSync } from 'node:sqlite';
import type { Clock } from '../clock.ts';
import { ServiceError } from '../service.ts';

const VALID = 10 * 60 * 1000;

/** The ClientRequestTokens of transactions that were committed, each valid for ten minutes. */
export class RequestTokens {
  readonly #clock: Clock;
  readonly #find;
  readonly #insert;
  readonly #trim;

  constructor(database: DatabaseSync, clock: Clock) {
    this.#clock = clock;
    this.#find = database.prepare('SELECT digest FROM requests WHERE token = ? AND time > ?');
    this.#insert = database.prepare('INSERT OR REPLACE INTO requests (token, digest, time) VALUES (?, ?, ?)');
    this.#trim = database.prepare('DELETE FROM requests WHERE time <= ?');
  }

  /** Records a token for what it asks; says whether the same was done before. Refuses a token that was used for something else. */
  repeats(token: string, asked: object): boolean {
    const digest = createHash('sha256').update(JSON.stringify(asked)).digest('hex');
    const earlier = this.#find.get(token, this.#clock.now() - VALID) as { digest: string } | undefined;
    if (earlier && earlier.digest !== digest) {
      throw new ServiceError(
        'IdempotentParameterMismatchException',
        'The request uses the same client token as a previous, but non-identical request.',
      );
    }
    if (!earlier) this.#insert.run(token, digest, this.#clock.now());
    return earlier !== undefined;
  }

  trim(): void {
    this.#trim.run(this.#clock.now() - VALID);
  }
}
