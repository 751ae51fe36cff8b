import { randomUUID } from 'node:crypto';
import { createPipeline } from '../../../functions/api/operations/create-pipeline.ts';
import { enableStageTransition } from '../../../functions/api/operations/enable-stage-transition.ts';
import { putApprovalResult } from '../../../functions/api/operations/put-approval-result.ts';
import type { ActionExecution } from '../../../functions/domain/action.ts';
import { Refusal } from '../../../functions/domain/refusal.ts';
import { type Command, type CommandName, commands, givenTo, type Target, targetOfApproval } from './commands.ts';
import { drawDefinition } from './definition.ts';
import { stateOfStage } from './met.ts';
import type { World } from './world.ts';

const second = 1000;
const minute = 60 * second;
const day = 24 * 60 * minute;
const mostCommands = 14;
/** Commands that may come, the likelier the oftener they are here. */
const likely: readonly CommandName[] = [
  'StartPipelineExecution',
  'StartPipelineExecution',
  'StartPipelineExecution',
  'StartPipelineExecution',
  'StartPipelineExecution',
  'StopPipelineExecution wait',
  'StopPipelineExecution abandon',
  'RetryStageExecution ALL_ACTIONS',
  'RetryStageExecution FAILED_ACTIONS',
  'RetryStageExecution FAILED_ACTIONS',
  'RollbackStage',
  'RollbackStage',
  'DisableStageTransition',
  'EnableStageTransition',
  'PutApprovalResult',
  'UpdatePipeline',
  'UpdatePipeline mode',
  'OverrideStageCondition',
];
/** Deleting ends all else: it is rarer. */
const all: readonly CommandName[] = [...likely, ...likely, 'DeletePipeline'];

/** An answer that a reviewer gave, and whether it was taken. */
export interface Given {
  readonly token: string;
  readonly status: 'Approved' | 'Rejected';
  taken?: boolean;
}

/** A command that was given: what it met, what came of it, and the steps of the world between which that was. */
export interface Asked {
  readonly command: CommandName;
  readonly state: string;
  readonly from: number;
  to?: number;
  /** `done`, or the code of a refusal; undefined when nobody was told. */
  answer?: string;
}

/** The people around a pipeline: they start, approve, change and delete. */
export class Users {
  readonly name: string;
  readonly answers: Given[] = [];
  readonly asked: Asked[] = [];
  readonly #world: World;
  #enabled = 0;

  constructor(world: World, name: string) {
    this.#world = world;
    this.name = name;
    world.observer.onApproval = (action) => this.#review(action);
    world.onRest = () => this.#enableAll();
  }

  /** Makes the pipeline, and decides when something will be done to it. */
  async begin(): Promise<void> {
    const { choices, style, machine } = this.#world;
    const pipeline = drawDefinition(choices, this.name, style.mostActions);
    // No other world has a pipeline of its id: functions keep definitions in mind.
    await createPipeline({ pipeline }, { ...givenTo('create'), newId: randomUUID });
    for (let number = 1; number <= mostCommands; number++) {
      const command = choices.pick(`command ${number}`, [
        undefined,
        ...all,
        ...Array.from({ length: 6 }, () => undefined),
      ]);
      if (command) this.#plan(command, `command ${number}`);
    }
    if (style.faults > 0 && choices.chance('abort', 0.2)) {
      const abort = () => machine.abort(choices.pick('aborted', [...machine.executions.keys()]));
      this.#world.later('an execution is aborted', abort, choices.below('abort at', 8 * minute));
    }
  }

  /** A command comes at some time, or between any two steps of the engine; maybe twice. */
  #plan(name: CommandName, number: string): void {
    const { choices } = this.#world;
    const run = () => {
      for (let times = choices.chance(`${number}: twice`, 0.15) ? 2 : 1; times > 0; times--) this.#give(name, number);
    };
    if (choices.chance(`${number}: between two steps`, 0.5)) {
      this.#world.afterWrites(choices.below(`${number}: after writes`, 80), run);
      return;
    }
    const within = choices.pick(`${number}: within`, [8 * minute, 20 * minute, 20 * minute, 20 * minute, 32 * day]);
    this.#world.later(number, run, choices.below(`${number}: at`, within));
  }

  /** Somebody gives a command: what it is about is drawn by how that is, so that rare states are met too. */
  #give(name: CommandName, number: string, attempt = 1): void {
    const { choices } = this.#world;
    const targets = commands[name].targets(this.#world);
    const states = [...new Set(targets.map(({ state }) => state))];
    if (states.length === 0) return;
    const state = choices.pick(`${number}: state`, states.toReversed());
    const alike = targets.filter((each) => each.state === state);
    this.#ask(name, number, choices.pick(`${number}: target`, alike.toReversed()), () => {
      if (attempt < 3) this.#give(name, number, attempt + 1);
    });
  }

  #ask(name: CommandName, number: string, target: Target, again: () => void): void {
    const { call } = commands[name] as Command;
    const work = () => call({ world: this.#world, users: this, pipelineName: this.name, number }, target);
    this.carryOut(name, target.state, work, again);
  }

  /** A refusal is an answer; where there is none the command is given again, or not. */
  carryOut(command: CommandName, state: string, work: () => Promise<unknown>, again: () => void = () => {}): void {
    const asked: Asked = { command, state, from: this.#world.steps };
    this.asked.push(asked);
    const end = (answer?: string) => {
      asked.to = this.#world.steps;
      if (answer === undefined) again();
      else asked.answer = answer;
    };
    this.#world.note(`${command} (${state})`);
    this.#world.do(command, work, {
      ended: () => end('done'),
      failed: (error) => end(error instanceof Refusal ? error.code : undefined),
    });
  }

  /** When nothing goes on any more, transitions that are disabled are enabled: at once, or after more than a month. */
  #enableAll(): boolean {
    const { choices, observer } = this.#world;
    const [pipeline] = observer.pipelines.values();
    if (!pipeline || pipeline.deleted || this.#enabled > 20) return false;
    const disabled = pipeline.gates.filter((gate) => gate.disabled);
    if (disabled.length > 0 && choices.chance('enabled after a month', 0.2)) this.#world.now += 31 * day;
    for (const { stage: stageName } of disabled) {
      this.#enabled++;
      const transition = { pipelineName: this.name, stageName, transitionType: 'Inbound' } as const;
      const work = () => enableStageTransition(transition, givenTo('enable'));
      this.carryOut('EnableStageTransition', stateOfStage(this.#world, pipeline, stageName), work);
    }
    return disabled.length > 0;
  }

  /** Most approvals are answered, some by several people at once. */
  #review(action: ActionExecution): void {
    const { choices } = this.#world;
    if (choices.chance('nobody reviews', 0.15)) return;
    for (let answers = choices.chance('several review', 0.3) ? 3 : 1; answers > 0; answers--) {
      const within = choices.pick('review within', [10, 4 * minute]);
      this.#world.later(
        'a reviewer',
        () => this.#ask('PutApprovalResult', 'review', targetOfApproval(action), () => {}),
        choices.below('review at', within),
      );
    }
  }

  /** One reviewer's answer. */
  async answer({ stage: stageName, action: actionName, approvalToken: token = '' }: ActionExecution): Promise<void> {
    const status = this.#world.choices.chance('rejected', 0.2) ? 'Rejected' : 'Approved';
    const given: Given = { token, status };
    this.answers.push(given);
    const result = { status, summary: '' } as const;
    await putApprovalResult({ pipelineName: this.name, stageName, actionName, token, result }, givenTo('reviewer'));
    given.taken = true;
  }
}
