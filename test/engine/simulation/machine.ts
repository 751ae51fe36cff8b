import type { Work } from '../../../functions/domain/decide.ts';
import type { World } from './world.ts';

type Status = 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'ABORTED';

/** An execution of the machine. */
export interface Execution {
  readonly name: string;
  /** `<pipeline id>/<run id>`. */
  readonly run: string;
  status: Status;
  entry: number;
}

interface Task {
  readonly execution: Execution;
  readonly token: string;
  readonly succeeded: (output: object) => void;
  readonly failed: (error: string) => void;
}

/** What Decide answers. */
interface Decided {
  readonly next: string;
  readonly actions?: readonly Work[];
  readonly atOnce?: number;
  readonly name?: string;
}

interface Waiting {
  readonly function: string;
  readonly payload: object;
  readonly retries: number;
  readonly seconds?: number;
  readonly timer?: () => void;
  readonly answered: (output: object) => void;
  readonly caught: (error: string) => void;
}

/** Step Functions with the one machine of `pipeline-run.asl.json`: new tokens on retry, time-outs, aborts. */
export class Machine {
  readonly executions = new Map<string, Execution>();
  readonly #tasks = new Map<string, Task>();
  readonly #world: World;
  #tokens = 0;

  constructor(world: World) {
    this.#world = world;
  }

  start(name: string, input: string): void {
    const known = this.executions.get(name);
    if (known?.status === 'RUNNING') return;
    if (known) throw Object.assign(new Error(name), { name: 'ExecutionAlreadyExists' });
    const { run } = JSON.parse(input) as { run: string };
    const execution: Execution = { name, run, status: 'RUNNING', entry: 1 };
    this.executions.set(name, execution);
    this.#decide(execution);
  }

  describe(name: string): { readonly status: Status } {
    const found = this.executions.get(name);
    if (!found) throw Object.assign(new Error(name), { name: 'ExecutionDoesNotExist' });
    return { status: found.status };
  }

  succeed(token: string, output: string): void {
    const task = this.#tasks.get(token);
    if (!task) throw Object.assign(new Error('Task Timed Out'), { name: 'TaskTimedOut' });
    this.#tasks.delete(token);
    task.succeeded(JSON.parse(output));
  }

  /** StopExecution, or the limit of a year. */
  abort(name: string): void {
    const execution = this.executions.get(name);
    if (execution?.status === 'RUNNING') this.#end(execution, 'ABORTED');
  }

  /** Whether a token's task still waits. */
  waits(token: string): boolean {
    return this.#tasks.has(token);
  }

  #decide(execution: Execution): void {
    const { name, run, entry } = execution;
    this.#wait(execution, {
      function: 'decide',
      payload: { run, execution: name, entry },
      retries: 8,
      answered: (output) => {
        execution.entry++;
        this.#next(execution, output as Decided);
      },
      caught: (error) => this.#close(execution, error),
    });
  }

  #next(execution: Execution, output: Decided): void {
    const { next, actions = [], atOnce, name = '' } = output;
    if (next === 'Run') this.#runAll(execution, [output as unknown as Work]);
    else if (next === 'RunAll') this.#runAll(execution, actions, atOnce || actions.length);
    else if (next === 'Decide') this.#decide(execution);
    else {
      // A start that fails is one of the faults: the machine goes on to its end all the same, and so it does when it comes late.
      const starts = next === 'Continue' && !this.#world.fault('Continue is not started');
      if (starts && !this.executions.has(name)) this.start(name, JSON.stringify({ run: execution.run }));
      this.#end(execution, 'SUCCEEDED');
    }
  }

  #runAll(execution: Execution, works: readonly Work[], atOnce = 1): void {
    const waiting = [...works];
    let left = works.length;
    const done = () => {
      left--;
      if (left === 0) this.#decide(execution);
      else begin(waiting.splice(0, 1));
    };
    const begin = (some: readonly Work[]) => this.#begin(execution, some, done);
    begin(waiting.splice(0, atOnce));
  }

  #begin(execution: Execution, works: readonly Work[], done: () => void): void {
    for (const { id, class: group, timeoutSeconds } of works) {
      this.#wait(execution, {
        function: group,
        payload: { id, execution: execution.name, entry: execution.entry },
        retries: 5,
        seconds: timeoutSeconds,
        timer: () => this.#world.observer.mayTimeOut(id),
        answered: done,
        caught: (error) => this.#call(execution, 'settle-action', { id, error, cause: '' }, done),
      });
    }
  }

  /** A task that waits for its token; each try has a new one. */
  #wait(execution: Execution, state: Waiting, retry = 0): void {
    if (execution.status !== 'RUNNING') return;
    const token = `token-${++this.#tokens}`;
    const end = () => this.#tasks.delete(token);
    const failed = (error: string) => {
      if (!end() || execution.status !== 'RUNNING') return;
      if (error === 'States.Timeout' || retry >= Math.min(state.retries, this.#world.style.retries))
        state.caught(error);
      else this.#wait(execution, state, retry + 1);
    };
    this.#tasks.set(token, { execution, token, succeeded: state.answered, failed });
    const payload = { ...state.payload, invocation: retry, token };
    this.#world.later(`invoke ${state.function}`, () => {
      if (!this.waits(token)) return;
      this.#world.invoke(state.function, payload, { failed: () => failed('Lambda.Unknown') });
      if (this.#world.fault('a second invocation with the same token')) this.#world.invoke(state.function, payload);
    });
    if (state.seconds === undefined) return;
    const timeOut = () => {
      state.timer?.();
      failed('States.Timeout');
    };
    this.#world.later('time-out', timeOut, state.seconds * 1000, () => !this.waits(token));
  }

  /** A task that waits for the function's answer. */
  #call(execution: Execution, name: string, payload: object, then: () => void, retry = 0): void {
    this.#world.later(`invoke ${name}`, () => {
      if (execution.status !== 'RUNNING') return;
      this.#world.invoke(name, payload, {
        ended: () => execution.status === 'RUNNING' && then(),
        failed: () => {
          if (execution.status !== 'RUNNING') return;
          if (retry < 10) return this.#call(execution, name, payload, then, retry + 1);
          if (name === 'close-run') return this.#end(execution, 'FAILED');
          this.#close(execution, 'Lambda.Unknown');
        },
      });
    });
  }

  #close(execution: Execution, error: string): void {
    const payload = { run: execution.run, execution: execution.name, error, cause: '' };
    this.#call(execution, 'close-run', payload, () => this.#end(execution, 'SUCCEEDED'));
  }

  #end(execution: Execution, status: Status): void {
    execution.status = status;
    for (const task of this.#tasks.values()) if (task.execution === execution) this.#tasks.delete(task.token);
    if (status === 'SUCCEEDED') return;
    const { name, run } = execution;
    const detail = { name, status, input: JSON.stringify({ run }), error: null, cause: null };
    this.#world.emit('event of execution', () => this.#world.invokeLater('execution-status-change', { detail }));
  }
}
