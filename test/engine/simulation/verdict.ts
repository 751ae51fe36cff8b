import type { Context } from 'aws-lambda';
import { actionStatus } from '../../../functions/api/action-shape.ts';
import { getPipelineExecution } from '../../../functions/api/operations/get-pipeline-execution.ts';
import { getPipelineState } from '../../../functions/api/operations/get-pipeline-state.ts';
import { listActionExecutions } from '../../../functions/api/operations/list-action-executions.ts';
import { listPipelineExecutions } from '../../../functions/api/operations/list-pipeline-executions.ts';
import { listRuleExecutions } from '../../../functions/api/operations/list-rule-executions.ts';
import { loadDefinition } from '../../../functions/aws/definitions.ts';
import type { ActionExecution, ActionKey } from '../../../functions/domain/action.ts';
import { runOf } from '../../../functions/domain/action.ts';
import { isFinal, type Run } from '../../../functions/domain/run.ts';
import { givenBy } from '../../../functions/lambda/given.ts';
import { elsewhere, long } from './catalogue.ts';
import { engaged, isSkipped, mayPass } from './conditions.ts';
import type { Observer } from './observer.ts';
import { promise } from './promise.ts';
import type { Users } from './users.ts';
import type { Work } from './works.ts';

const context = { invokedFunctionArn: 'arn:aws:lambda:eu-west-1:000000000000:function:api' } as Context;
const ends: Readonly<Record<string, string>> = {
  Succeeded: 'SUCCEEDED',
  Failed: 'FAILED',
  Cancelled: 'CANCELED',
  Superseded: 'SUPERSEDED',
  Stopped: 'STOPPED',
  Abandoned: 'ABANDONED',
};

/** What of a world is judged. */
export interface World {
  readonly observer: Observer;
  /** Work at providers, by action. */
  readonly works: { readonly all: ReadonlyMap<ActionKey, Pick<Work, 'status' | 'starts'>> };
  /** Events that EventBridge took. */
  readonly published: readonly { readonly type: string; readonly detail: Readonly<Record<string, unknown>> }[];
  /** Whether the stream gave records up. */
  readonly lostRecords: boolean;
  /** How many faults there were to be. */
  readonly style: { readonly faults: number };
}

/** Holds a world that has come to rest against what must always hold. What holds at every write, the observer has seen to. */
export async function judge(world: World, users: Pick<Users, 'name' | 'answers'>): Promise<void> {
  const runs = [...world.observer.runs.values()];
  const actions = [...world.observer.actions.values()];
  for (const run of runs) everyRunEnds(run, runs, actions);
  for (const run of runs) endsAsItsModeLets(world, run);
  for (const action of actions) oneStart(world, action);
  for (const action of actions) oneAnswer(users, action);
  oneRunForOneStart(runs.filter(({ rollback }) => !rollback));
  await failuresHaveWhatFollows(world, runs, actions);
  for (const run of runs) rollsBack(runs, run);
  for (const run of runs) await eventsAgree(world, run, actions);
  for (const run of runs) await noFalseSuccess(world, run, actions);
  if (world.style.faults === 0) for (const run of runs) noFalseFailure(world, run, actions);
  await apiAgrees(world, users, runs, actions);
}

function everyRunEnds(run: Run, runs: readonly Run[], actions: readonly ActionExecution[]): void {
  promise('ends', isFinal(run.status), `Run ${run.id} is ${run.status} for ever.`);
  if (run.status === 'Superseded') {
    promise(
      'ends',
      runs.some(({ sequence }) => sequence > run.sequence),
      `Run ${run.id} was superseded by none.`,
    );
  }
  const failed = actions.some((action) => runOf(action.key).run === run.id && actionStatus(action) === 'Failed');
  promise(
    'ends',
    run.status !== 'Failed' || failed || run.statusSummary !== undefined,
    `Run ${run.id} failed without a reason.`,
  );
}

/** Only runs of SUPERSEDED mode are superseded; an update cancels none of PARALLEL mode. */
function endsAsItsModeLets({ observer }: World, { id, executionMode, status, pipelineId }: Run): void {
  promise(
    'ends',
    status !== 'Superseded' || executionMode === 'SUPERSEDED',
    `Run ${id} was superseded in ${executionMode} mode.`,
  );
  const mayBe = observer.pipelines.get(pipelineId)?.deleted === true || observer.lapsed.has(id);
  promise(
    'ends',
    status !== 'Cancelled' || executionMode !== 'PARALLEL' || mayBe,
    `Run ${id} was cancelled in PARALLEL mode.`,
  );
}

/** A rollback has its target's revisions, of a run that it may have, and goes through one stage. */
function rollsBack(runs: readonly Run[], { id, rollback, version, sourceRevisions, variables }: Run): void {
  if (!rollback) return;
  const target = runs.find((run) => run.id === rollback.target);
  promise(
    'no false success',
    target !== undefined && !target.rollback && target.version === version,
    `Run ${id} rolls back to ${rollback.target}.`,
  );
  same(
    [JSON.stringify(sourceRevisions), JSON.stringify(variables)],
    [JSON.stringify(target.sourceRevisions), JSON.stringify(target.variables)],
    `what rollback ${id} brings`,
  );
}

/** As often as a run failed in a stage that is to be rolled back then, and there was what to roll back to, there is one rollback: to that. */
async function failuresHaveWhatFollows(
  { observer }: World,
  runs: readonly Run[],
  actions: readonly ActionExecution[],
): Promise<void> {
  const rollbacks = runs.filter(({ trigger }) => trigger.type === 'AutomatedRollback');
  const found = rollbacks.map(({ trigger, rollback, stage }) => [
    JSON.parse(trigger.detail).FailedPipelineExecutionId,
    stage,
    rollback?.target,
  ]);
  const expected: unknown[] = [];
  for (const { run, target, isCurrent } of observer.failures) {
    const { stages } = await loadDefinition(run.pipelineId, run.version);
    const stage = stages.find(({ name }) => name === run.stage);
    const result = stage && engaged(run, stage, actions);
    const skips = stage !== undefined && run.condition === 'beforeEntry' && isSkipped(run, stage, actions);
    const isByCondition = run.statusSummary?.includes('condition') === true;
    promise('ends', !skips || !isByCondition, `Run ${run.id} failed at a stage that it was to skip.`);
    const isTried = run.retriedItself === run.stage || !isCurrent;
    promise('ends', result !== 'RETRY' || isTried || run.executionMode === 'PARALLEL', `Run ${run.id} failed untried.`);
    if (result === 'ROLLBACK' && isCurrent && target !== undefined && !run.rollback)
      expected.push([run.id, run.stage, target]);
  }
  same(found.map((each) => each.join()).sort(), expected.map(String).sort(), 'rollbacks');
}

function oneStart({ works }: World, { key, type }: ActionExecution): void {
  const starts = works.all.get(key)?.starts ?? 0;
  promise('started once', starts <= 1, `Action ${key} was started ${starts} times at ${type.provider}.`);
}

function oneAnswer({ answers }: Pick<Users, 'answers'>, { key, approvalToken, status }: ActionExecution): void {
  if (approvalToken === undefined) return;
  const given = answers.filter(({ token }) => token === approvalToken);
  const taken = given.filter((answer) => answer.taken);
  promise('one answer', taken.length <= 1, `${taken.length} answers to approval ${key} were taken.`);
  const verdict = { Approved: 'Succeeded', Rejected: 'Failed' } as const;
  for (const answer of taken)
    promise('one answer', verdict[answer.status] === status, `${answer.status} made ${key} ${status}.`);
  if (status !== 'Succeeded') return;
  promise(
    'one answer',
    given.some((answer) => answer.status === 'Approved'),
    `Nobody approved ${key}.`,
  );
}

function oneRunForOneStart(runs: readonly Run[]): void {
  const starts = runs.map(({ trigger }) => trigger.detail);
  promise('one start', new Set(starts).size === starts.length, `One start made several runs: ${starts.join(', ')}.`);
}

async function eventsAgree(world: World, run: Run, actions: readonly ActionExecution[]): Promise<void> {
  const { stages } = await loadDefinition(run.pipelineId, run.version);
  const told = world.published.filter(({ detail }) => detail['execution-id'] === run.id);
  const of = (level: string, more: (detail: Readonly<Record<string, unknown>>) => boolean = () => true) => [
    ...new Set(
      told
        .filter(({ type, detail }) => type.includes(` ${level} `) && more(detail))
        .map(({ detail }) => detail['state']),
    ),
  ];
  const agree = (found: readonly unknown[], end: string | undefined, what: string) => {
    // Events may come in another order: the sweeper may tell of an end before the stream tells of the start.
    const late = world.style.faults > 0 && found[0] !== 'STARTED';
    // What the stream lost was told by nobody, but for ends.
    const known = world.lostRecords ? found.filter((state) => state !== 'STARTED') : late ? found.toReversed() : found;
    same(known, world.lostRecords ? [end] : ['STARTED', end], `events of ${what}`);
  };
  const { stop, retried, overridden } = run;
  // What a retry or a stop tells besides is held apart.
  const besides = (states: readonly unknown[], last: string | undefined) =>
    states.filter(
      (state) =>
        !['RESUMED', 'STOPPING'].includes(String(state)) &&
        ((!retried && !overridden) || state === last || !isEnd(state)),
    );
  agree(besides(of('Pipeline'), ends[run.status]), ends[run.status], `run ${run.id}`);
  if (!world.lostRecords) {
    promise('agree', !stop || of('Pipeline').includes('STOPPING'), `Nobody was told that run ${run.id} stops.`);
    promise(
      'agree',
      !retried || of('Stage').includes('RESUMED'),
      `Nobody was told that a stage of ${run.id} was retried.`,
    );
    const byHand = world.observer.resumed.has(run.id);
    same([of('Pipeline').includes('RESUMED')], [byHand], `being told that run ${run.id} goes on`);
  }
  for (const { stage } of world.observer.entries.filter((entry) => entry.run === run.id)) {
    if (world.lostRecords) continue;
    const declared = stages.find(({ name }) => name === stage);
    if (declared && isSkipped(run, declared, actions)) continue;
    const isLast = run.stage === stage && run.place === 'inside' && run.left?.stage !== stage;
    const end = isLast ? ends[run.status] : 'SUCCEEDED';
    agree(
      besides(
        of('Stage', (detail) => detail['stage'] === stage),
        end,
      ),
      end,
      `stage ${stage} of ${run.id}`,
    );
  }
  for (const action of actions.filter(({ key }) => runOf(key).run === run.id)) {
    const states = of('Action', (detail) => detail['action-execution-id'] === action.id);
    if (action.notBegun || action.condition)
      same(states, [], `events of ${action.key}, which never began or is a rule`);
    else agree(states, ends[actionStatus(action)], `action ${action.key}`);
  }
}

function isEnd(state: unknown): boolean {
  return Object.values(ends).includes(String(state));
}

async function noFalseSuccess(world: World, run: Run, actions: readonly ActionExecution[]): Promise<void> {
  const own = actions.filter(({ key }) => runOf(key).run === run.id);
  for (const action of own) {
    if (action.status !== 'Succeeded' || action.type.category === 'Approval') continue;
    const work = world.works.all.get(action.key)?.status;
    promise('no false success', work === 'succeeded', `Action ${action.key} succeeded, its work is ${work}.`);
  }
  if (run.status !== 'Succeeded') return;
  const { stages } = await loadDefinition(run.pipelineId, run.version);
  for (const stage of stages.filter(({ name }) => !run.rollback || name === run.stage)) {
    if (isSkipped(run, stage, own)) continue;
    for (const type of ['beforeEntry', 'onSuccess'] as const) {
      const past = `Run ${run.id} succeeded past the condition ${type} of ${stage.name}.`;
      promise('no false success', mayPass(run, stage, type, own), past);
    }
    for (const { name } of stage.actions) {
      const done = own.some(
        (action) => action.stage === stage.name && action.action === name && action.status === 'Succeeded',
      );
      promise('no false success', done, `Run ${run.id} succeeded without action ${name} of stage ${stage.name}.`);
    }
  }
}

/** Where nothing is disturbed a run fails only for its actions, and they only as they were meant to. */
function noFalseFailure(world: World, run: Run, actions: readonly ActionExecution[]): void {
  const why = run.condition === undefined ? run.statusSummary : undefined;
  promise('ends', run.status !== 'Failed' || why === undefined, `Run ${run.id} failed: ${why}`);
  for (const { key, status, failure, type } of actions) {
    promise('ends', status !== 'StartOutcomeUnknown', `The start of ${key} is unknown.`);
    const isOwn = type.provider === long.id.provider || type.category === 'Rule';
    const goesOn = !isOwn && world.works.all.get(key)?.status === 'running';
    promise('ends', !goesOn, `The work of ${key} goes on for nobody.`);
    promise('ends', failure === undefined || failure.code === 'JobFailed', `Action ${key} failed: ${failure?.message}`);
    const endless = world.works.all.get(key)?.status;
    if (status === 'TimedOut' && type.category !== 'Approval') {
      const known = Object.values(elsewhere).some(({ id }) => id.provider === type.provider);
      promise(
        'ends',
        known && endless !== 'succeeded' && endless !== 'failed',
        `Action ${key} timed out, its work is ${endless}.`,
      );
    }
  }
}

async function apiAgrees(
  { observer }: World,
  { name }: Pick<Users, 'name'>,
  runs: readonly Run[],
  actions: readonly ActionExecution[],
): Promise<void> {
  const [pipeline] = observer.pipelines.values();
  if (!pipeline || pipeline.deleted) return;
  const given = { ...givenBy(context), caller: 'judge' };
  const shown = (await Promise.all(
    runs.map(({ id }) => getPipelineExecution({ pipelineName: name, pipelineExecutionId: id }, given)),
  )) as { pipelineExecution: { status: string; executionMode: string } }[];
  same(
    shown.map(({ pipelineExecution: { status, executionMode } }) => `${status} ${executionMode}`),
    runs.map(({ status, executionMode }) => `${status} ${executionMode}`),
    'runs',
  );

  const { pipelineExecutionSummaries: summaries } = (await listPipelineExecutions({ pipelineName: name }, given)) as {
    pipelineExecutionSummaries: { pipelineExecutionId: string; status: string }[];
  };
  const byId = (id: string) => summaries.find(({ pipelineExecutionId }) => pipelineExecutionId === id)?.status;
  same(
    runs.map(({ id }) => byId(id)),
    runs.map(({ status }) => status),
    'listed runs',
  );

  const details = new Map<string, string>();
  let nextToken: string | undefined;
  do {
    const page = (await listActionExecutions({ pipelineName: name, ...(nextToken ? { nextToken } : {}) }, given)) as {
      actionExecutionDetails: { actionExecutionId: string; status: string }[];
      nextToken?: string;
    };
    for (const { actionExecutionId, status } of page.actionExecutionDetails) details.set(actionExecutionId, status);
    nextToken = page.nextToken;
  } while (nextToken);
  const done = actions.filter(({ condition }) => condition === undefined);
  same(
    done.map(({ id }) => details.get(id)),
    done.map(actionStatus),
    'listed actions',
  );

  const { ruleExecutionDetails } = (await listRuleExecutions({ pipelineName: name }, given)) as {
    ruleExecutionDetails: { ruleExecutionId: string; status: string }[];
  };
  const byRule = (id: string) => ruleExecutionDetails.find(({ ruleExecutionId }) => ruleExecutionId === id)?.status;
  const rules = actions.filter(({ condition }) => condition !== undefined);
  same(
    rules.map(({ id }) => byRule(id)),
    rules.map(actionStatus),
    'listed rules',
  );

  const isLocking = (run: string) => observer.runs.get(run)?.executionMode !== 'PARALLEL';
  const { stageStates } = (await getPipelineState({ name }, given)) as {
    stageStates: { stageName: string; latestExecution?: { pipelineExecutionId: string; status: string } }[];
  };
  for (const { stageName, latestExecution } of stageStates) {
    if (!latestExecution) continue;
    promise('agree', pipeline.executionMode !== 'PARALLEL', `Stage ${stageName} of a PARALLEL pipeline shows a run.`);
    const last = observer.entries.findLast(({ stage, run }) => stage === stageName && isLocking(run));
    const run = runs.find(({ id }) => id === last?.run);
    const status = run && (await statusIn(stageName, run, actions));
    same([latestExecution.pipelineExecutionId, latestExecution.status], [run?.id, status], `state of ${stageName}`);
  }
}

/** What the state shows of a stage that a run was the last to enter. */
async function statusIn(stageName: string, run: Run, actions: readonly ActionExecution[]): Promise<string> {
  const { stages } = await loadDefinition(run.pipelineId, run.version);
  const stage = stages.find(({ name }) => name === stageName);
  const isOver = run.stage === stageName && run.left?.stage !== stageName;
  if (stage && isSkipped(run, stage, actions) && !isOver) return 'Skipped';
  if (run.left?.stage === stageName) return run.left.status;
  return run.stage === stageName && run.place === 'inside' ? run.status : 'Succeeded';
}

function same(found: readonly unknown[], expected: readonly unknown[], what: string): void {
  promise(
    'agree',
    JSON.stringify(found) === JSON.stringify(expected),
    `${what}: ${found.join(' ')}, not ${expected.join(' ')}.`,
  );
}
