import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { openStepFunctions, type StepFunctionsService } from '../../../local/step-functions/step-functions.ts';
import { askStepFunctions } from '../../local/step-functions/ask.ts';
import { StandingClock } from './standing-clock.ts';

/** What a function does when it is called: answers its token, at once or later; ends; fails; or says nothing at all. */
export type Deed =
  | { readonly answers: object; readonly after?: number }
  | { readonly fails: string; readonly message?: string }
  | 'ends'
  | 'waits';

/** What the world saw: the seconds that had gone by; the function, or the execution that ended; and what it was given, or how it ended. */
export type Seen = readonly [seconds: number, who: string, what: object];

export interface Scenario {
  readonly name: string;
  /** By function, its deeds one after the other; the last is repeated. */
  readonly functions: Readonly<Record<string, readonly Deed[]>>;
  /** Names of executions that cannot be started, though nobody sees them running. */
  readonly taken?: readonly string[];
  readonly seen: readonly Seen[];
}

/** The word that answers of actions have, which no state is to hand on. */
const needless = 'needless';
const machine = 'arn:aws:states:us-east-1:000000000000:stateMachine:m';

/** Whether a definition behaves as a scenario says. A definition that Step Functions does not take throws. */
export async function behaves(definition: string, scenario: Scenario): Promise<boolean> {
  const differs = (seen: readonly Seen[]) => !isDeepStrictEqual(seen.at(-1), scenario.seen[seen.length - 1]);
  return isDeepStrictEqual((await play(definition, scenario, differs)).seen, scenario.seen);
}

/**
 * Lets the local Step Functions carry out a definition, with functions that do as the scenario says, and tells what the world saw, not
 * beyond what is `enough`, and which states were entered. Half of what a retry with jitter may wait is waited.
 */
export async function play(
  definition: string,
  scenario: Omit<Scenario, 'seen'>,
  enough: (seen: readonly Seen[]) => boolean = ({ length }) => length > 200,
): Promise<{ readonly seen: readonly Seen[]; readonly entered: ReadonlySet<string> }> {
  const dir = await mkdtemp(join(tmpdir(), 'sluice-play-'));
  const { random } = Math;
  Math.random = () => 0.5;
  const stage = new Stage(dir, scenario, enough);
  try {
    await stage.begin(definition);
    do await stage.rest();
    while (!stage.isOver && stage.clock.jump());
    return await stage.leave();
  } finally {
    Math.random = random;
    await stage.service.close();
    await rm(dir, { recursive: true });
  }
}

class Stage {
  readonly clock = new StandingClock();
  readonly service: StepFunctionsService;
  readonly #scenario: Omit<Scenario, 'seen'>;
  readonly #enough: (seen: readonly Seen[]) => boolean;
  readonly #calls = new Map<string, number>();
  readonly #seen: Seen[] = [];
  readonly #executions = new Set<string>();
  #happened = 0;

  constructor(dir: string, scenario: Omit<Scenario, 'seen'>, enough: (seen: readonly Seen[]) => boolean) {
    this.#scenario = scenario;
    this.#enough = enough;
    this.service = openStepFunctions(
      { account: '000000000000', region: 'us-east-1', partition: 'aws', endpoint: '', dir, clock: this.clock },
      {
        invoke: async (arn, payload) => this.#invoke(arn.split(':').at(-1) ?? '', JSON.parse(payload)),
        emit: ({ detail }) => this.#tell(detail as { name: string; status: string; input: string; output: string }),
        log: () => undefined,
        mayStart: () => undefined,
      },
    );
  }

  get isOver(): boolean {
    return this.#seen.length > 0 && this.#enough(this.#seen);
  }

  async begin(definition: string): Promise<void> {
    await this.service.resources['AWS::StepFunctions::StateMachine']?.({
      logicalId: 'M',
      name: 'm',
      type: '',
      properties: { DefinitionString: definition, RoleArn: 'arn:aws:iam::000000000000:role/r' },
    });
    for (const name of this.#scenario.taken ?? []) {
      await this.service.startExecution(machine, name, '{"run":"another"}');
      await this.#call('StopExecution', { executionArn: executionOf(name) });
    }
    await this.rest();
    this.#seen.length = 0;
    this.#calls.clear();
    await this.service.startExecution(machine, 'one', '{"run":"p/r"}');
  }

  /** Waits until nothing happens any more without time going by. */
  async rest(): Promise<void> {
    for (let still = 0, before = -1; still < 6; ) {
      await new Promise((resolve) => setImmediate(resolve));
      const now = this.#happened + this.#spent();
      still = now === before ? still + 1 : 0;
      before = now;
    }
  }

  /** What was seen, at its end the states that handed on what is needless; and all states that were entered. */
  async leave(): Promise<{ readonly seen: readonly Seen[]; readonly entered: ReadonlySet<string> }> {
    const entered = new Set<string>();
    const states = new Set<string>();
    for (const name of this.#executions) {
      const { events } = await this.#call('GetExecutionHistory', { executionArn: executionOf(name), maxResults: 1000 });
      for (const { stateEnteredEventDetails: come, stateExitedEventDetails: left } of events as readonly Passed[]) {
        if (come) entered.add(come.name);
        if (left?.output.includes(needless)) states.add(left.name);
      }
    }
    return { seen: states.size === 0 ? this.#seen : [...this.#seen, [-1, needless, [...states]]], entered };
  }

  #spent(): number {
    return [...this.#executions].reduce((sum, name) => sum + (this.service.spent(executionOf(name))?.events ?? 0), 0);
  }

  #tell({ name, status, input, output }: { name: string; status: string; input: string; output: string }): void {
    this.#executions.add(name);
    this.#happened++;
    if (status === 'RUNNING') this.#see(`${name} begins`, JSON.parse(input));
    else this.#see(`${name} ends`, { status, output: JSON.parse(output ?? 'null') });
  }

  #see(who: string, what: object): void {
    this.#seen.push([this.clock.now() / 1000, who, what]);
  }

  async #invoke(name: string, { token, ...payload }: { readonly token?: unknown }) {
    this.#happened++;
    this.#see(name, token === undefined ? payload : { ...payload, token: typeof token });
    const called = this.#calls.get(name) ?? 0;
    this.#calls.set(name, called + 1);
    const deeds = this.#scenario.functions[name] ?? [];
    const deed = deeds[called] ?? deeds.at(-1) ?? 'waits';
    if (deed === 'waits' || deed === 'ends') return { payload: JSON.stringify({ [needless]: deed }) };
    if ('fails' in deed) {
      const failed = deed.message === undefined ? '' : JSON.stringify({ errorType: deed.fails, message: deed.message });
      if (failed === '') throw Object.assign(new Error(''), { code: deed.fails });
      return { payload: failed, functionError: 'Unhandled' as const };
    }
    const answer = () => this.#call('SendTaskSuccess', { taskToken: token, output: JSON.stringify(deed.answers) });
    if (deed.after === undefined) await answer();
    else this.clock.at(this.clock.now() + deed.after * 1000, answer);
    return { payload: 'null' };
  }

  async #call(operation: string, input: object): Promise<Record<string, unknown>> {
    this.#happened++;
    const answer = await askStepFunctions(this.service, operation, input);
    this.#happened++;
    return answer;
  }
}

interface Passed {
  readonly stateEnteredEventDetails?: { readonly name: string };
  readonly stateExitedEventDetails?: { readonly name: string; readonly output: string };
}

function executionOf(name: string): string {
  return `arn:aws:states:us-east-1:000000000000:execution:m:${name}`;
}
