import type { PhaseContext, PhaseType } from './build.ts';
import { begin, end } from './build.ts';
import type { BuildLog } from './build-log.ts';
import { Ended, PhaseFailure } from './failure.ts';
import type { EndReason } from './queue.ts';
import type { Records } from './records.ts';

/** What came of a phase. */
type PhaseResult<T> = { readonly value: T; readonly failure?: undefined } | { readonly failure: PhaseContext };

/** Takes a build through its phases: each is recorded and logged as it begins and ends. */
export class Progress {
  readonly #records: Records;
  readonly #id: string;
  readonly #log: BuildLog;
  readonly #signal: AbortSignal;

  constructor(records: Records, id: string, log: BuildLog, signal: AbortSignal) {
    this.#records = records;
    this.#id = id;
    this.#log = log;
    this.#signal = signal;
  }

  /** Does the work of a phase. A PhaseFailure ends the phase as FAILED; when the build was told to end, `Ended` is thrown; other errors pass. */
  async phase<T>(type: PhaseType, work: () => Promise<T>): Promise<PhaseResult<T>> {
    this.throwIfEnded();
    this.#records.change(this.#id, (build, now) =>
      build.phases.at(-1)?.type === type ? build : begin(build, type, now),
    );
    const result = await this.#attempt(work);
    this.throwIfEnded();
    const contexts = result.failure ? [result.failure] : [];
    this.#records.change(this.#id, (build, now) => end(build, result.failure ? 'FAILED' : 'SUCCEEDED', contexts, now));
    this.#log.say(`Phase complete: ${type} State: ${result.failure ? 'FAILED' : 'SUCCEEDED'}`);
    this.#log.say(
      `Phase context status code: ${result.failure?.statusCode ?? ''} Message: ${result.failure?.message ?? ''}`,
    );
    return result;
  }

  throwIfEnded(): void {
    if (this.#signal.aborted) throw new Ended(this.#signal.reason as EndReason);
  }

  async #attempt<T>(work: () => Promise<T>): Promise<PhaseResult<T>> {
    try {
      return { value: await work() };
    } catch (error) {
      this.throwIfEnded();
      if (!(error instanceof PhaseFailure)) throw error;
      return { failure: { statusCode: error.statusCode, message: this.#log.mask(error.message) } };
    }
  }
}
