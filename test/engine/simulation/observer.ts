import { unmarshall } from '@aws-sdk/util-dynamodb';
import type { DynamoDBRecord } from 'aws-lambda';
import { actionFrom, isActionRecord } from '../../../functions/aws/action-record.ts';
import { runFrom } from '../../../functions/aws/run-record.ts';
import type { Item } from '../../../functions/aws/table.ts';
import { type ActionExecution, type ActionKey, isDone, runOf } from '../../../functions/domain/action.ts';
import { compareOrder } from '../../../functions/domain/order.ts';
import type { Gate, Pipeline, Visitor } from '../../../functions/domain/pipeline.ts';
import { executionName, isFinal, type Run } from '../../../functions/domain/run.ts';
import type { MemoryTable } from './memory-table.ts';
import { ModesWatch } from './modes.ts';
import { promise } from './promise.ts';

/** Where open work is found again: by record. */
interface Open {
  readonly nextCheckAt: number;
  readonly rev: unknown;
}

/** What of a world is watched. */
export interface Watched {
  readonly now: number;
  readonly table: Pick<MemoryTable, 'writes' | 'records'>;
  /** By name. */
  readonly machine: { readonly executions: ReadonlyMap<string, { readonly status: string }> };
}

/** By then the sweeper has looked several times. */
const longEnough = 5 * 60_000;
const month = 30 * 24 * 60 * 60_000;
const order = ['Pending', 'Starting', 'Running'];

/** Watches every write of the table, and throws at the first that breaks a promise. */
export class Observer {
  readonly runs = new Map<string, Run>();
  readonly actions = new Map<ActionKey, ActionExecution>();
  readonly pipelines = new Map<string, Pipeline>();
  /** Runs that failed inside a stage, each time, with the newest that was there to roll back to, and what became of it. */
  readonly failures: { readonly run: Run; readonly target: string | undefined; readonly isCurrent: boolean }[] = [];
  /** Runs that went on after their end. */
  readonly resumed = new Set<string>();
  /** Runs that waited while a transition was disabled for more than 30 days, until it was enabled. */
  readonly lapsed = new Set<string>();
  /** Runs in the order in which they entered a stage. */
  readonly entries: { readonly stage: string; readonly run: string }[] = [];
  /** The last record of the stream that was looked at. */
  seen = 0;
  /** Changes of records, other than that the sweeper will look at them later. */
  changes = 0;
  #writes = -1;
  onApproval: (action: ActionExecution) => void = () => {};
  readonly #modes = new ModesWatch();
  readonly #open = new Map<string, Open>();
  readonly #asked = new Set<string>();
  /** By stage and version: runs that succeeded there. */
  readonly #passed = new Map<string, string[]>();
  readonly #world: Watched;

  constructor(world: Watched) {
    this.#world = world;
  }

  /** Looks at what was written since. One step of the scheduler writes one transaction at most. */
  look(): void {
    const { table } = this.#world;
    if (table.writes === this.#writes) return;
    this.#writes = table.writes;
    const records = table.records(this.seen, 1000);
    if (records.length === 0) return;
    const [runs, [pipelineBefore]] = [new Map(this.runs), this.pipelines.values()];
    for (const { sequence, record } of records) {
      this.seen = sequence;
      this.#apply(record);
    }
    const changed = [...this.runs.values()].filter((run) => runs.get(run.id) !== run);
    const [pipeline] = this.pipelines.values();
    this.#modes.look(
      {
        runs: changed.map((after) => ({ before: runs.get(after.id), after })),
        ...(pipeline && pipeline !== pipelineBefore ? { pipeline: { before: pipelineBefore, after: pipeline } } : {}),
      },
      pipeline,
      this.runs,
    );
    for (const pipeline of this.pipelines.values()) this.#holdsTogether(pipeline);
  }

  /** A provider is about to begin work: its intent must be recorded. */
  mayBegin(key: ActionKey): void {
    const status = this.actions.get(key)?.status;
    promise(
      'started once',
      status !== undefined && status !== 'Pending',
      `Action ${key} begins although it is ${status}.`,
    );
  }

  /** The machine's timer of an action's task fires: what had its result long ago must have been sent. */
  mayTimeOut(key: ActionKey): void {
    const action = this.actions.get(key);
    const sent = !action || !isDone(action.status) || this.#world.now - action.lastUpdateTime < longEnough;
    promise('ends', sent, `Action ${key} has been ${action?.status} for long, and its task was not told.`);
  }

  /** Whether every run and action is over, and all that followed is done. */
  get isQuiet(): boolean {
    return this.#open.size === 0;
  }

  /** When the sweeper has something to look at; undefined when never. */
  get nextCheck(): number | undefined {
    if (this.#open.size === 0) return undefined;
    return Math.min(...[...this.#open.values()].map(({ nextCheckAt }) => nextCheckAt));
  }

  #apply({ dynamodb }: DynamoDBRecord): void {
    if (!dynamodb?.NewImage) return;
    const item = unmarshall(dynamodb.NewImage as Parameters<typeof unmarshall>[0]) as Item;
    const sk = String(item['sk']);
    const at = `${item['pk']} ${sk}`;
    const wasOpen = this.#open.get(at);
    // What is kept for clean-up only is no open work any more.
    const isOpen = String(item['open'] ?? '').startsWith('OPEN#');
    if (wasOpen === undefined || !isOpen || wasOpen.rev !== item['rev']) this.changes++;
    if (!isOpen) this.#open.delete(at);
    else this.#open.set(at, { nextCheckAt: Number(item['nextCheckAt']), rev: item['rev'] });
    if (sk.startsWith('PASSED#')) this.#pass(item);
    if (sk.startsWith('RUN#')) this.#run(runFrom(item).run);
    if (isActionRecord(sk)) this.#action(actionFrom(item).action);
    if (sk === 'PIPELINE') this.#pipeline(item as unknown as Pipeline);
  }

  #run(run: Run): void {
    const before = this.runs.get(run.id);
    this.runs.set(run.id, run);
    if (run.place === 'inside' && (before?.place !== 'inside' || before.stage !== run.stage)) {
      this.entries.push({ stage: run.stage, run: run.id });
    }
    if (isFinal(run.status) && !(before && isFinal(before.status))) {
      this.#mayClose(run);
      if (run.status === 'Failed' && run.place === 'inside') this.#fail(run);
    }
    if (!before) return;
    if (isFinal(before.status) && !isFinal(run.status)) this.#isRetry(before, run);
    else if (isFinal(before.status)) {
      const same = (['status', 'statusSummary', 'stage', 'place', 'step', 'attempt'] as const).every(
        (field) => before[field] === run[field],
      );
      promise('ends', same, `Run ${run.id} changes after its end: ${JSON.stringify(before)} → ${JSON.stringify(run)}`);
    } else this.#mayTryAgain(before, run);
    promise('ends', run.execution >= before.execution, `Run ${run.id} goes back to execution ${run.execution}.`);
    if (before.decided && run.decided) {
      promise('ends', compareOrder(run.decided, before.decided) >= 0, `An older Decide acts on run ${run.id}.`);
    }
  }

  /** A run that is not over tries its stage again by itself: once in each stage. */
  #mayTryAgain(before: Run, run: Run): void {
    if (run.stage !== before.stage || run.attempt === before.attempt || before.place === 'inbound') return;
    const once =
      run.attempt === before.attempt + 1 && run.retriedItself === run.stage && before.retriedItself !== run.stage;
    promise('ends', once, `Run ${run.id} retries stage ${run.stage} by itself: ${JSON.stringify(before)}.`);
  }

  #pass({ pk, sk }: Item): void {
    const [, stage, version, run = ''] = String(sk).split('#');
    const at = [pk, stage, Number(version)].join();
    this.#passed.set(at, [...(this.#passed.get(at) ?? []), run].sort());
  }

  #fail(run: Run): void {
    const pipeline = this.pipelines.get(run.pipelineId);
    const isCurrent = pipeline !== undefined && !pipeline.deleted && pipeline.version === run.version;
    const target = this.#passed.get([run.pipelineId, run.stage, run.version].join())?.at(-1);
    this.failures.push({ run, target, isCurrent });
  }

  /** A run that was over goes on: only where it failed or was stopped, once for each retry, in an execution of its own. */
  #isRetry(before: Run, run: Run): void {
    this.resumed.add(run.id);
    const onwards =
      ['Failed', 'Stopped'].includes(before.status) &&
      before.place === 'inside' &&
      run.place === 'inside' &&
      run.stage === before.stage &&
      run.status === 'InProgress' &&
      (isOneAttemptMore(before, run) || isPast(before, run)) &&
      run.execution === before.execution + 1 &&
      run.token === undefined;
    promise('ends', onwards, `Run ${run.id} goes on after its end: ${JSON.stringify(before)} → ${JSON.stringify(run)}`);
  }

  /** Only a run whose execution is over, or about to be, is closed for that. */
  #mayClose(run: Run): void {
    if (!run.statusSummary?.startsWith('The execution that carried')) return;
    const status = this.#world.machine.executions.get(executionName(run))?.status;
    promise(
      'ends',
      status !== undefined && status !== 'RUNNING',
      `Run ${run.id} is closed while its execution is ${status}.`,
    );
  }

  #action(action: ActionExecution): void {
    const before = this.actions.get(action.key);
    this.actions.set(action.key, action);
    const { approvalToken } = action;
    if (approvalToken !== undefined && !this.#asked.has(approvalToken)) {
      this.#asked.add(approvalToken);
      this.onApproval(action);
    }
    if (!before) return;
    if (isDone(before.status)) {
      const result = ({ status, failure, outputs, updatedBy }: ActionExecution) =>
        JSON.stringify({ status, failure, outputs, updatedBy });
      promise(
        'started once',
        result(before) === result(action),
        `Action ${action.key} has a second result: ${result(action)}.`,
      );
    } else {
      const forward = isDone(action.status) || order.indexOf(action.status) >= order.indexOf(before.status);
      promise('started once', forward, `Action ${action.key} goes back from ${before.status} to ${action.status}.`);
    }
    if (before.token && action.token) {
      promise(
        'started once',
        compareOrder(action.token.order, before.token.order) >= 0,
        `Action ${action.key} takes an older token.`,
      );
    }
  }

  #pipeline(pipeline: Pipeline): void {
    const before = this.pipelines.get(pipeline.id);
    this.pipelines.set(pipeline.id, pipeline);
    for (const gate of before?.gates ?? []) this.#lapse(before, gate, pipeline);
    for (const { stage, last, waiting } of pipeline.gates) {
      const was = before?.gates.find((gate) => gate.stage === stage)?.last;
      promise(
        'one inside',
        !was || !last || was.rollback || last.sequence >= was.sequence,
        `Stage ${stage} is entered by the older run ${last?.run}.`,
      );
      this.#inOrder(pipeline, stage, waiting.length, [...(last ? [last] : []), ...waiting]);
    }
  }

  #lapse(before: Pipeline | undefined, { stage, disabled, waiting }: Gate, { gates }: Pipeline): void {
    const enabled = gates.find((gate) => gate.stage === stage)?.enabled;
    if (!disabled || !enabled || enabled.at - disabled.since <= month) return;
    for (const { run } of waiting) this.lapsed.add(run);
    for (const free of before?.parallel ?? []) if (free.before === stage) this.lapsed.add(free.run);
  }

  /**
   * One waits before a stage in SUPERSEDED mode; in QUEUED mode all do, in their order, and none has overtaken another. A rollback comes from
   * nowhere: it may be before runs that were opened earlier.
   */
  #inOrder({ executionMode }: Pipeline, stage: string, waiting: number, line: readonly Visitor[]): void {
    const most = { SUPERSEDED: 1, QUEUED: 50, PARALLEL: 0 }[executionMode];
    promise('one inside', waiting <= most, `${waiting} runs wait before stage ${stage} in ${executionMode} mode.`);
    const order = line.filter(({ rollback }) => !rollback).map(({ sequence }) => sequence);
    const sorted = order.every((sequence, index) => index === 0 || sequence > (order[index - 1] ?? 0));
    promise('one inside', sorted, `Runs come to stage ${stage} in the order ${order.join(', ')}.`);
  }

  /** A run of PARALLEL mode waits for nothing but a disabled transition; five of its actions go on at most. */
  #isFree({ id, place, stage }: Run, { parallel = [] }: Pipeline, gate: Gate | undefined): void {
    const listed = parallel.find(({ run }) => run === id);
    const before = place === 'inside' ? undefined : stage;
    promise(
      'one inside',
      listed !== undefined && listed.before === before,
      `Run ${id} is ${place} at ${stage}, not as listed.`,
    );
    promise(
      'one inside',
      place === 'inside' || gate?.disabled !== undefined,
      `Run ${id} waits before the open stage ${stage}.`,
    );
    const begun = [...this.actions.values()].filter(
      ({ key, status }) => runOf(key).run === id && (status === 'Starting' || status === 'Running'),
    );
    promise('one inside', begun.length <= 5, `${begun.length} actions of run ${id} go on at once.`);
  }

  /** Gates, runs and actions say the same. */
  #holdsTogether(pipeline: Pipeline): void {
    const going = [...this.runs.values()].filter(
      ({ status, pipelineId }) => !isFinal(status) && pipelineId === pipeline.id,
    );
    for (const run of going) {
      const gate = pipeline.gates.find(({ stage }) => stage === run.stage);
      if (run.executionMode === 'PARALLEL') this.#isFree(run, pipeline, gate);
      else isAtGate(run, gate);
    }
    const locked = going.filter(({ executionMode, place }) => executionMode !== 'PARALLEL' && place === 'inside');
    promise(
      'one inside',
      new Set(locked.map(({ stage }) => stage)).size === locked.length,
      'Two runs are inside of one stage.',
    );
    const held = [
      ...pipeline.gates.flatMap(({ holder, waiting }) => [holder ?? [], waiting.map(({ run }) => run)].flat()),
      ...(pipeline.parallel ?? []).map(({ run }) => run),
    ];
    promise('one inside', new Set(held).size === held.length, `A run is in two places: ${held.join(', ')}.`);
    const strangers = held.filter((id) => !going.some((run) => run.id === id));
    promise('one inside', strangers.length === 0, `Runs that are over are still in stages: ${strangers.join(', ')}.`);
    for (const action of this.actions.values()) {
      if (isDone(action.status)) continue;
      const run = this.runs.get(runOf(action.key).run);
      const belongs = run && !isFinal(run.status) && run.place === 'inside' && run.stage === action.stage;
      promise(
        'ends',
        belongs === true,
        `Action ${action.key} is ${action.status}, its run ${run?.status} at ${run?.stage}.`,
      );
    }
  }
}

/** By a retry. */
function isOneAttemptMore(before: Run, run: Run): boolean {
  return run.attempt === before.attempt + 1 && run.retried?.times === (before.retried?.times ?? 0) + 1;
}

/** By a condition that was overridden: no retry. */
function isPast(before: Run, run: Run): boolean {
  const { stage, attempt, condition, retried, overridden = [] } = run;
  return (
    attempt === before.attempt &&
    retried?.times === before.retried?.times &&
    overridden.length === (before.overridden?.length ?? 0) + 1 &&
    overridden.some((each) => each.stage === stage && each.attempt === attempt && each.condition === condition)
  );
}

function isAtGate(run: Run, gate: Gate | undefined): void {
  const there = run.place === 'inside' ? gate?.holder === run.id : gate?.waiting.some((each) => each.run === run.id);
  promise(
    'one inside',
    there === true,
    `Run ${run.id} is ${run.place} at ${run.stage}, but the gate says ${JSON.stringify(gate)}.`,
  );
}
