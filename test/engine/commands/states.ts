import type { ConditionType, ExecutionMode, StageDeclaration } from '../../../functions/domain/declaration.ts';
import type { Stage } from './stage.ts';

/** A state in which a run can be, as its user sees it, and how it gets there. */
export interface State {
  readonly name: string;
  /** Deploy is an approval; else work of a provider. */
  readonly approves?: boolean;
  /** Conditions of Deploy: rules that hold for a run whose variable `Go` is `yes`, or that wait for a window. */
  readonly conditions?: Pick<StageDeclaration, ConditionType>;
  /** Modes that have it, where not all do. */
  readonly modes?: readonly ExecutionMode[];
  /** A run has succeeded before. Answers the run in question, and others that there are, by name. */
  readonly reach: (
    stage: Stage,
  ) => Promise<{ readonly it: string; readonly others?: Readonly<Record<string, string>> }>;
}

const day = 24 * 60 * 60_000;
const withGates: readonly ExecutionMode[] = ['SUPERSEDED', 'QUEUED'];

async function inside(stage: Stage) {
  stage.work = 'goes on';
  return { it: await stage.start() };
}

async function behind(stage: Stage) {
  stage.work = 'goes on';
  const first = await stage.start();
  return { it: await stage.start(), others: { [first]: 'the run inside' } };
}

async function beforeDisabled(stage: Stage) {
  await stage.must('DisableStageTransition', { ...inbound(stage), reason: 'freeze' });
  stage.work = 'goes on';
  return { it: await stage.start() };
}

function inbound({ name }: Stage) {
  return { pipelineName: name, stageName: 'Deploy', transitionType: 'Inbound' };
}

async function stopped(stage: Stage, it: string, abandon: boolean): Promise<void> {
  await stage.must('StopPipelineExecution', { pipelineName: stage.name, pipelineExecutionId: it, abandon });
}

async function failed(stage: Stage) {
  stage.work = 'fails';
  const it = await stage.start();
  stage.work = 'goes on';
  return { it };
}

async function updated(stage: Stage): Promise<void> {
  await stage.must('UpdatePipeline', { pipeline: stage.definition });
}

async function rollback(stage: Stage) {
  const target = stage.newest;
  const input = { pipelineName: stage.name, stageName: 'Deploy', targetPipelineExecutionId: target };
  return { it: String((await stage.must('RollbackStage', input))['pipelineExecutionId']) };
}

function condition(result: string, provider: string, configuration: Readonly<Record<string, string>>) {
  const ruleTypeId = { category: 'Rule', owner: 'AWS', provider, version: '1' } as const;
  return { conditions: [{ result, rules: [{ name: 'Rule', ruleTypeId, configuration }] }] };
}

const check = (result: string) =>
  condition(result, 'VariableCheck', { Variable: '#{variables.Go}', Value: 'yes', Operator: 'EQ' });

/** A run for which the condition does not hold; what begins later goes on. */
async function keptOut(stage: Stage) {
  const it = await stage.start('no');
  stage.work = 'goes on';
  return { it };
}

/** The states, from the beginning of a run to its ends. */
export const states: readonly State[] = [
  { name: 'InProgress, waits before a stage that another run is in', modes: withGates, reach: behind },
  { name: 'InProgress, waits before a disabled transition', reach: beforeDisabled },
  {
    name: 'InProgress, waits before a transition that was disabled for more than 30 days',
    reach: async (stage) => {
      const reached = await beforeDisabled(stage);
      stage.world.now += 31 * day;
      return reached;
    },
  },
  {
    name: 'InProgress, the entry condition waits',
    conditions: { beforeEntry: condition('FAIL', 'DeploymentWindow', { Cron: '0 * * * * ?' }) },
    reach: inside,
  },
  { name: 'InProgress, an action goes on', reach: inside },
  {
    name: 'InProgress, an action goes on, another run waits behind',
    modes: withGates,
    reach: async (stage) => {
      const { it, others } = await behind(stage);
      const [first = ''] = Object.keys(others);
      return { it: first, others: { [it]: 'the run behind' } };
    },
  },
  { name: 'InProgress, an approval waits', approves: true, reach: inside },
  {
    name: 'InProgress, its last action was just approved',
    approves: true,
    reach: async (stage) => {
      const { it } = await inside(stage);
      const token = stage.tokenOf(it);
      await stage.call('PutApprovalResult', { ...stage.approval, token, result: { status: 'Approved', summary: '' } });
      return { it };
    },
  },
  {
    name: 'InProgress, an action goes on, the pipeline was updated since',
    reach: async (stage) => {
      const reached = await inside(stage);
      await updated(stage);
      return reached;
    },
  },
  {
    name: 'InProgress, a rollback: an action goes on',
    modes: withGates,
    reach: async (stage) => {
      stage.work = 'goes on';
      return rollback(stage);
    },
  },
  {
    name: 'Stopping',
    reach: async (stage) => {
      const { it } = await inside(stage);
      await stopped(stage, it, false);
      return { it };
    },
  },
  {
    name: 'Stopped in a stage',
    reach: async (stage) => {
      const { it } = await inside(stage);
      await stopped(stage, it, true);
      return { it };
    },
  },
  {
    name: 'Stopped while it waited',
    reach: async (stage) => {
      const { it } = await beforeDisabled(stage);
      await stopped(stage, it, false);
      return { it };
    },
  },
  { name: 'Failed', reach: failed },
  { name: 'Failed by the entry condition', conditions: { beforeEntry: check('FAIL') }, reach: keptOut },
  { name: 'Failed by the success condition', conditions: { onSuccess: check('FAIL') }, reach: keptOut },
  { name: 'Succeeded, the stage was skipped', conditions: { beforeEntry: check('SKIP') }, reach: keptOut },
  {
    name: 'Failed, another run has entered the stage since',
    modes: withGates,
    reach: async (stage) => {
      const { it } = await failed(stage);
      return { it, others: { [await stage.start()]: 'the run inside' } };
    },
  },
  {
    name: 'Failed, its stage is disabled',
    reach: async (stage) => {
      const { it } = await failed(stage);
      await stage.must('DisableStageTransition', { ...inbound(stage), reason: 'freeze' });
      return { it };
    },
  },
  {
    name: 'Failed, the pipeline was updated since',
    reach: async (stage) => {
      const reached = await failed(stage);
      await updated(stage);
      return reached;
    },
  },
  {
    name: 'Failed, a rollback',
    modes: withGates,
    reach: async (stage) => {
      stage.work = 'fails';
      const reached = await rollback(stage);
      stage.work = 'goes on';
      return reached;
    },
  },
  {
    name: 'Superseded',
    modes: ['SUPERSEDED'],
    reach: async (stage) => {
      const { it, others } = await behind(stage);
      return { it, others: { ...others, [await stage.start()]: 'the run behind' } };
    },
  },
  {
    name: 'Cancelled, by an update while it waited',
    modes: withGates,
    reach: async (stage) => {
      const reached = await behind(stage);
      await updated(stage);
      return reached;
    },
  },
  {
    name: 'Cancelled, by an update while it was in a stage',
    approves: true,
    modes: withGates,
    reach: async (stage) => {
      const { it } = await inside(stage);
      await updated(stage);
      await stage.approve(it);
      return { it };
    },
  },
  {
    name: 'Succeeded',
    reach: async (stage) => {
      const it = await stage.start();
      await stage.approve(it);
      stage.work = 'goes on';
      return { it };
    },
  },
  {
    name: 'Cancelled, its pipeline was deleted',
    reach: async (stage) => {
      const reached = await inside(stage);
      await stage.must('DeletePipeline', { name: stage.name });
      return reached;
    },
  },
];
