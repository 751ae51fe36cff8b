import type { TurnableClock } from '../../../local/clock.ts';
import { openStepFunctions, type StepFunctionsService } from '../../../local/step-functions/step-functions.ts';
import { askStepFunctions } from './ask.ts';
import { interruptedMachine } from './interrupted-machine.ts';

const machine = 'arn:aws:states:us-east-1:000000000000:stateMachine:m';
export const execution = 'arn:aws:states:us-east-1:000000000000:execution:m:one';

/** What the world outside remembers of an execution, whatever becomes of the process that runs it. */
export class Memory {
  /** Tokens that functions were given, with their keys. */
  readonly asked = new Map<string, string>();
  /** Tokens whose answer was taken. */
  readonly answered = new Set<string>();
  readonly told: string[] = [];
  /** How often a function was called. */
  calls = 0;

  copy(): Memory {
    const copy = new Memory();
    for (const [token, key] of this.asked) copy.asked.set(token, key);
    for (const token of this.answered) copy.answered.add(token);
    copy.told.push(...this.told);
    copy.calls = this.calls;
    return copy;
  }
}

/** A process that runs executions, with functions that answer their tokens. */
export class World {
  readonly memory: Memory;
  readonly service: StepFunctionsService;
  /** Functions that were called end when this does. */
  ending: Promise<void> = Promise.resolve();
  readonly #clock: TurnableClock;

  constructor(dir: string, clock: TurnableClock, memory = new Memory()) {
    this.memory = memory;
    this.#clock = clock;
    const place = { account: '000000000000', region: 'us-east-1', partition: 'aws', endpoint: '' };
    this.service = openStepFunctions(
      { ...place, dir, clock },
      {
        invoke: async (name, payload) => this.#invoke(name, JSON.parse(payload)),
        emit: ({ detail }) => void memory.told.push(String(Reflect.get(detail, 'status'))),
        log: () => undefined,
        mayStart: () => undefined,
      },
    );
  }

  async start(): Promise<void> {
    const properties = { DefinitionString: interruptedMachine, RoleArn: 'r' };
    await this.service.resources['AWS::StepFunctions::StateMachine']?.({
      logicalId: 'M',
      name: 'm',
      type: '',
      properties,
    });
    await this.service.start?.();
  }

  async begin(): Promise<void> {
    await this.service.startExecution(machine, 'one', '{}').catch((error: Error) => {
      if (error.name !== 'ExecutionAlreadyExists') throw error;
    });
  }

  /** Answers all tokens and lets time go by, until the execution has ended or `enough`. */
  async live(enough: () => boolean = () => false): Promise<void> {
    for (let turns = 0; turns < 1000; turns++) {
      if (enough()) return;
      for (const [token, key] of this.memory.asked) {
        if (this.memory.answered.has(token)) continue;
        const { type } = await this.call('SendTaskSuccess', { taskToken: token, output: JSON.stringify(key) });
        if (type === undefined) this.memory.answered.add(token);
        // It may have been taken before, unknown to who gave it.
        if (type === 'TaskTimedOut') this.memory.asked.delete(token);
        if (enough()) return;
      }
      const { status } = await this.describe();
      if (status !== undefined && status !== 'RUNNING') return;
      await new Promise((resolve) => setImmediate(resolve));
      this.#clock.turn(250);
    }
    throw new Error('The execution goes on and on.');
  }

  async describe(): Promise<Readonly<Record<string, unknown>>> {
    return (await this.call('DescribeExecution', { executionArn: execution })).answer;
  }

  async history(): Promise<readonly Readonly<Record<string, unknown>>[]> {
    const { answer } = await this.call('GetExecutionHistory', { executionArn: execution, maxResults: 1000 });
    return answer['events'] as readonly Readonly<Record<string, unknown>>[];
  }

  async call(operation: string, input: object) {
    const answer = await askStepFunctions(this.service, operation, input);
    return { answer, type: answer['__type']?.toString().split('#')[1] };
  }

  async #invoke(name: string, { token, key }: { readonly token: string; readonly key: string }) {
    this.memory.calls++;
    if (name === 'fail') return { payload: '{"errorType":"Planned"}', functionError: 'Unhandled' as const };
    this.memory.asked.set(token, key);
    await this.ending;
    return { payload: 'null' };
  }
}
