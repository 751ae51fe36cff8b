import type { Context } from 'aws-lambda';
import { createPipeline } from '../../../functions/api/operations/create-pipeline.ts';
import { deletePipeline } from '../../../functions/api/operations/delete-pipeline.ts';
import { disableStageTransition } from '../../../functions/api/operations/disable-stage-transition.ts';
import { enableStageTransition } from '../../../functions/api/operations/enable-stage-transition.ts';
import { overrideStageCondition } from '../../../functions/api/operations/override-stage-condition.ts';
import { putApprovalResult } from '../../../functions/api/operations/put-approval-result.ts';
import { retryStageExecution } from '../../../functions/api/operations/retry-stage-execution.ts';
import { rollbackStage } from '../../../functions/api/operations/rollback-stage.ts';
import { startPipelineExecution } from '../../../functions/api/operations/start-pipeline-execution.ts';
import { stopPipelineExecution } from '../../../functions/api/operations/stop-pipeline-execution.ts';
import { updatePipeline } from '../../../functions/api/operations/update-pipeline.ts';
import type { ActionExecution } from '../../../functions/domain/action.ts';
import type {
  ActionDeclaration,
  ExecutionMode,
  PipelineDeclaration,
  RetryMode,
  StageDeclaration,
} from '../../../functions/domain/declaration.ts';
import { Refusal } from '../../../functions/domain/refusal.ts';
import { givenBy } from '../../../functions/lambda/given.ts';
import { noOpAction, noOpSourceStage } from '../../no-op/build.ts';
import { conditions } from './conditions.ts';
import type { World } from './world.ts';

const context = {
  invokedFunctionArn: 'arn:aws:lambda:eu-west-1:000000000000:function:api',
  getRemainingTimeInMillis: () => 30_000,
} as Context;
const minute = 60_000;

function onFailure(result: 'none' | 'RETRY' | 'ROLLBACK', retryMode: RetryMode): Pick<StageDeclaration, 'onFailure'> {
  if (result === 'none') return {};
  return { onFailure: { result, ...(result === 'RETRY' ? { retryConfiguration: { retryMode } } : {}) } };
}

/** An answer that a reviewer gave, and whether it was taken. */
export interface Given {
  readonly token: string;
  readonly status: 'Approved' | 'Rejected';
  taken?: boolean;
}

/** The people around a pipeline: they start, approve, change and delete. */
export class Users {
  readonly name: string;
  readonly answers: Given[] = [];
  readonly #world: World;

  constructor(world: World, name: string) {
    this.#world = world;
    this.name = name;
    world.observer.onApproval = (action) => this.#review(action);
  }

  /** Makes the pipeline, and decides what will be done to it and when. */
  async begin(): Promise<void> {
    const { random } = this.#world;
    await createPipeline({ pipeline: this.#definition() }, this.#given('create'));
    for (let number = 1; number <= random.pick([2, 2, 4]); number++) {
      const again = random.chance(0.3) ? [number, number] : [number];
      for (const start of again) this.#at(random.below(6 * minute), () => this.#start(start));
    }
    for (let updates = random.pick([0, 0, 0, 1, 2]); updates > 0; updates--)
      this.#at(random.below(8 * minute), () => this.#update());
    if (random.chance(0.2)) this.#at(random.below(10 * minute), () => this.#delete());
    for (let stops = random.below(3); stops > 0; stops--) this.#at(random.below(8 * minute), () => this.#stop());
    for (let tries = random.below(4); tries > 0; tries--) this.#at(random.below(20 * minute), () => this.#retry());
    for (let rollbacks = random.below(3); rollbacks > 0; rollbacks--) {
      const number = rollbacks;
      this.#at(random.below(15 * minute), () => this.#rollBack(number));
    }
    if (random.chance(0.3)) this.#at(random.below(5 * minute), () => this.#closeTransition());
    for (let tries = random.below(4); tries > 0; tries--) this.#at(random.below(15 * minute), () => this.#override());
    const { machine, style } = this.#world;
    if (style.faults > 0 && random.chance(0.2)) {
      this.#at(random.below(8 * minute), () => machine.abort(random.pick([...machine.executions.keys()])));
    }
  }

  #at(delay: number, run: () => void): void {
    this.#world.later('a user', run, delay);
  }

  #start(number: number, attempt = 1): void {
    const input = { name: this.name, clientRequestToken: `start-${number}` };
    this.#ask(
      `StartPipelineExecution ${number}`,
      () => startPipelineExecution(input, this.#given(`start-${number}`)),
      () => {
        if (attempt < 3) this.#start(number, attempt + 1);
      },
    );
  }

  #update(attempt = 1): void {
    const pipeline = this.#definition();
    this.#ask(
      'UpdatePipeline',
      () => updatePipeline({ pipeline }, this.#given('update')),
      () => {
        if (attempt < 2) this.#update(attempt + 1);
      },
    );
  }

  #delete(): void {
    this.#ask('DeletePipeline', () => deletePipeline({ name: this.name }, this.#given('delete')));
  }

  #stop(): void {
    const { random, observer } = this.#world;
    const run = random.pick([...observer.runs.keys(), '00000000-0000-7000-8000-000000000000']);
    const input = { pipelineName: this.name, pipelineExecutionId: run, abandon: random.chance(0.5), reason: 'enough' };
    this.#ask('StopPipelineExecution', () => stopPipelineExecution(input, this.#given('stop')));
  }

  #retry(): void {
    const { random, observer } = this.#world;
    const runs = [...observer.runs.values()];
    const run = runs.findLast(({ status }) => status === 'Failed' || status === 'Stopped') ?? runs.at(-1);
    if (!run) return;
    const retryMode = random.pick(['FAILED_ACTIONS', 'ALL_ACTIONS'] as const);
    const input = { pipelineName: this.name, stageName: run.stage, pipelineExecutionId: run.id, retryMode };
    this.#ask('RetryStageExecution', () => retryStageExecution(input, this.#given('retry')));
  }

  /** Mostly of a run that a condition holds, or has ended. */
  #override(): void {
    const { random, observer } = this.#world;
    const runs = [...observer.runs.values()];
    const run = runs.findLast(({ condition, status }) => condition && status !== 'Succeeded') ?? runs.at(-1);
    if (!run) return;
    const conditionType =
      run.condition === 'onSuccess' || random.chance(0.1) ? ('ON_SUCCESS' as const) : ('BEFORE_ENTRY' as const);
    const input = { pipelineName: this.name, stageName: run.stage, pipelineExecutionId: run.id, conditionType };
    this.#ask('OverrideStageCondition', () => overrideStageCondition(input, this.#given('override')));
  }

  /** Mostly to a run that has been through the stage. */
  #rollBack(number: number): void {
    const { random, observer } = this.#world;
    if (observer.entries.length === 0) return;
    const entry = random.pick(observer.entries);
    const input = { pipelineName: this.name, stageName: entry.stage, targetPipelineExecutionId: entry.run };
    this.#ask('RollbackStage', () => rollbackStage(input, this.#given(`rollback-${number}`)));
  }

  /** A transition is disabled for some minutes; it is enabled again in any case, else runs wait for ever. */
  #closeTransition(): void {
    const { random, observer } = this.#world;
    const gates = [...observer.pipelines.values()].flatMap((pipeline) => pipeline.gates);
    const transition = {
      pipelineName: this.name,
      stageName: random.pick(['Source', ...gates.map(({ stage }) => stage)]),
      transitionType: random.pick(['Inbound', 'Outbound'] as const),
    };
    this.#ask('DisableStageTransition', () =>
      disableStageTransition({ ...transition, reason: 'freeze' }, this.#given('disable')),
    );
    this.#at(minute + random.below(6 * minute), () => this.#openTransitions());
  }

  /** Enables whatever is disabled, and looks again: an update may have put another stage behind the transition, a crash left it disabled. */
  #openTransitions(looks = 3): void {
    const [pipeline] = this.#world.observer.pipelines.values();
    if (!pipeline || pipeline.deleted) return;
    for (const { stage: stageName } of pipeline.gates.filter(({ disabled }) => disabled)) {
      const transition = { pipelineName: this.name, stageName, transitionType: 'Inbound' } as const;
      this.#ask('EnableStageTransition', () => enableStageTransition(transition, this.#given('enable')));
      looks = 3;
    }
    if (looks > 1) this.#at(5 * minute, () => this.#openTransitions(looks - 1));
  }

  /** Most approvals are answered, some by several people at once. */
  #review(action: ActionExecution): void {
    const { random } = this.#world;
    if (random.chance(0.15)) return;
    for (let answers = random.chance(0.3) ? 3 : 1; answers > 0; answers--) {
      this.#at(random.below(random.pick([10, 4 * minute])), () => this.#answer(action));
    }
  }

  #answer({ stage: stageName, action: actionName, approvalToken: token = '' }: ActionExecution): void {
    const status = this.#world.random.chance(0.8) ? 'Approved' : 'Rejected';
    const given: Given = { token, status };
    this.answers.push(given);
    const input = { pipelineName: this.name, stageName, actionName, token, result: { status, summary: '' } } as const;
    this.#ask('PutApprovalResult', async () => {
      await putApprovalResult(input, this.#given('reviewer'));
      given.taken = true;
    });
  }

  /** A refusal is an answer; another error is tried again, or not. */
  #ask(name: string, work: () => Promise<unknown>, again: () => void = () => {}): void {
    const failed = (error: Error) => {
      if (!(error instanceof Refusal)) again();
    };
    this.#world.later(name, () => this.#world.do(name, work, { failed }));
  }

  #given(who: string) {
    return { ...givenBy(context), caller: who };
  }

  /** Updates draw a mode anew: it changes with runs in flight. */
  #definition(): PipelineDeclaration {
    const { random } = this.#world;
    const executionMode = random.pick(['SUPERSEDED', 'QUEUED', 'PARALLEL'] as const);
    const stages = Array.from({ length: 1 + random.below(2) }, (_, index) =>
      this.#stage(random.pick(['A', 'B', 'C']) + index, executionMode),
    );
    return {
      name: this.name,
      executionMode,
      pipelineType: 'V2',
      roleArn: 'arn:aws:iam::000000000000:role/pipelines',
      artifactStore: { type: 'S3', location: 'artifacts' },
      stages: [noOpSourceStage, ...stages],
    };
  }

  /** Some stages have more actions side by side than go on at once in PARALLEL mode; they must fit into one execution's history. */
  #stage(name: string, executionMode: ExecutionMode): StageDeclaration {
    const { random, style } = this.#world;
    const many = random.chance(0.1) && style.budget >= 70;
    const actions = Array.from({ length: many ? 6 : 1 + random.below(3) }, (_, index) =>
      this.#action(`Do${index}`, many ? 1 : 1 + random.below(2)),
    );
    const results = ['none', 'none', 'RETRY', executionMode === 'PARALLEL' ? 'none' : 'ROLLBACK'] as const;
    const failing = onFailure(random.pick(results), random.pick(['FAILED_ACTIONS', 'ALL_ACTIONS']));
    return { name, actions, ...failing, ...conditions(random, executionMode, failing.onFailure) };
  }

  #action(name: string, order: number): ActionDeclaration {
    const { random } = this.#world;
    const kind = random.pick(['NoOp', 'Approval', 'Token', 'Lookup', 'Unknown', 'Long']);
    const plain = noOpAction(name, order, random.chance(0.1) ? { Fail: 'It was to fail.' } : {});
    if (kind === 'NoOp') return plain;
    const actionTypeId = { ...plain.actionTypeId, provider: kind };
    if (kind !== 'Approval') return { ...plain, configuration: {}, actionTypeId };
    const approval = { category: 'Approval', owner: 'AWS', provider: 'Manual', version: '1' } as const;
    return { ...plain, configuration: {}, actionTypeId: approval, timeoutInMinutes: 5 + random.below(10) };
  }
}
