/** A change that waits to be committed. */
interface Change {
  readonly write: () => void;
  readonly soon: boolean;
  readonly committed: () => void;
  readonly failed: (error: unknown) => void;
}

type Commit = (work: () => void) => void;

/** Commits the changes of one turn of the event loop as one transaction: the disk is waited for once for all of them. */
export class GroupCommit {
  readonly #commit: Commit;
  readonly #commitSoon: Commit;
  #waiting: Change[] = [];

  constructor(commit: Commit, commitSoon: Commit) {
    this.#commit = commit;
    this.#commitSoon = commitSoon;
  }

  /**
   * Commits what `write` writes, and calls `then` at once when it is; rejects when it could not be: nothing of it has happened.
   * `write` may be called twice, the first time in vain. `soon`: need not wait for the disk.
   */
  add(write: () => void, then: () => void, soon: boolean): Promise<void> {
    if (this.#waiting.length === 0) setImmediate(() => this.#flush(this.#waiting.splice(0)));
    return new Promise((resolve, reject) => {
      const committed = (): void => {
        try {
          then();
          resolve();
        } catch (error) {
          reject(error);
        }
      };
      this.#waiting.push({ write, soon, committed, failed: reject });
    });
  }

  #flush(changes: readonly Change[]): void {
    const commit = changes.every(({ soon }) => soon) ? this.#commitSoon : this.#commit;
    try {
      commit(() => {
        for (const { write } of changes) write();
      });
    } catch (error) {
      // One that cannot be written keeps none of the others from it.
      if (changes.length > 1) for (const change of changes) this.#flush([change]);
      else changes[0]?.failed(error);
      return;
    }
    for (const { committed } of changes) committed();
  }
}
