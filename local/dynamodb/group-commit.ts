import type { DatabaseSync } from 'node:sqlite';

interface Waiting {
  readonly work: () => unknown;
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: unknown) => void;
}

type Outcome = { readonly result: unknown } | { readonly error: unknown };

/**
 * Commits the writes of all requests that came in one turn of the event loop with one sync to disk. Each write is all or nothing by
 * itself (a savepoint), sees those before it, and is answered only after the commit.
 */
export class GroupCommit {
  readonly #begin;
  readonly #commit;
  readonly #rollback;
  readonly #savepoint;
  readonly #release;
  readonly #undo;
  readonly #committed: () => void;
  #waiting: Waiting[] = [];

  /** `committed` is called after each commit. */
  constructor(database: DatabaseSync, committed: () => void) {
    this.#begin = database.prepare('BEGIN IMMEDIATE');
    this.#commit = database.prepare('COMMIT');
    this.#rollback = database.prepare('ROLLBACK');
    this.#savepoint = database.prepare('SAVEPOINT request');
    this.#release = database.prepare('RELEASE request');
    this.#undo = database.prepare('ROLLBACK TO request');
    this.#committed = committed;
  }

  /** Runs `work` in a transaction at the end of this turn; rejects with what it throws, and then it has written nothing. */
  write<T>(work: () => T): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      if (this.#waiting.length === 0) setImmediate(() => this.flush());
      this.#waiting.push({ work, resolve: resolve as (result: unknown) => void, reject });
    });
  }

  /** Commits now what waits. */
  flush(): void {
    const group = this.#waiting;
    if (group.length === 0) return;
    this.#waiting = [];
    let outcomes: Outcome[];
    try {
      outcomes = this.#runAll(group);
    } catch (error) {
      for (const { reject } of group) reject(error);
      return;
    }
    group.forEach(({ resolve, reject }, i) => {
      const outcome = outcomes[i] as Outcome;
      if ('error' in outcome) reject(outcome.error);
      else resolve(outcome.result);
    });
    this.#committed();
  }

  #runAll(group: readonly Waiting[]): Outcome[] {
    this.#begin.run();
    try {
      const outcomes = group.map(({ work }) => this.#runOne(work));
      this.#commit.run();
      return outcomes;
    } catch (error) {
      this.#rollback.run();
      throw error;
    }
  }

  #runOne(work: () => unknown): Outcome {
    this.#savepoint.run();
    try {
      return { result: work() };
    } catch (error) {
      this.#undo.run();
      return { error };
    } finally {
      this.#release.run();
    }
  }
}
