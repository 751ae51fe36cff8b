/** What was made and has to go, the last first. */
export class CleanUp {
  readonly #steps: { readonly what: string; readonly remove: () => Promise<unknown> }[] = [];
  #running: Promise<readonly string[]> | undefined;
  #stopped = false;

  /**
   * Remembers how to remove something: call it before the thing is made, as making it can break off half-way. Throws after
   * `stop`, so that nothing more is made.
   */
  add(what: string, remove: () => Promise<unknown>): void {
    if (this.#stopped) throw new Error(`${what} is not made: the walk was broken off.`);
    this.#steps.push({ what, remove });
  }

  /** Lets nothing more be made. */
  stop(): void {
    this.#stopped = true;
  }

  /** What would be removed, the last first. */
  get left(): readonly string[] {
    return this.#steps.map(({ what }) => what).reverse();
  }

  /** Removes everything once, however often it is called, also when parts of it fail; answers what is left, with the reason. */
  run(): Promise<readonly string[]> {
    this.stop();
    this.#running ??= this.#removeAll();
    return this.#running;
  }

  async #removeAll(): Promise<readonly string[]> {
    const left: string[] = [];
    for (let step = this.#steps.pop(); step !== undefined; step = this.#steps.pop()) {
      try {
        await step.remove();
      } catch (error) {
        if (!isGone(error)) left.push(`${step.what}: ${error instanceof Error ? error.message : error}`);
      }
    }
    return left;
  }
}

const GONE =
  /^(NoSuch(Bucket|Entity|Key)|ResourceNotFoundException|NotFoundException|QueueDoesNotExist|AWS\.SimpleQueueService\.NonExistentQueue|PipelineNotFoundException)/;

/** What was never made, or went before. */
function isGone(error: unknown): boolean {
  return error instanceof Error && GONE.test(error.name);
}
