import type { ActionRecord } from '../aws/action-record.ts';
import { putAction, readActions } from '../aws/action-record.ts';
import { sendToken } from '../aws/machine.ts';
import { type PipelineRecord, putPipeline, readPipeline } from '../aws/pipeline-record.ts';
import { endWaitingRun, enterRun, putPassed, putRun, type RunRecord, readRun } from '../aws/run-record.ts';
import { Changed, type Write, write } from '../aws/table.ts';
import { type ActionExecution, actionKey } from '../domain/action.ts';
import type { Change } from '../domain/decide.ts';
import type { PipelineDeclaration } from '../domain/declaration.ts';
import { holds, visitors } from '../domain/pipeline.ts';
import { isFinal, type Run } from '../domain/run.ts';
import { placedIn, stepOf } from '../domain/step.ts';

/** Revisions under which the parts of a change were read; absent for what is new. */
export interface Revisions {
  readonly run?: number;
  readonly pipeline?: number;
  readonly step?: readonly ActionRecord[];
}

/**
 * Writes a change as one transaction, with `others`. Throws `Changed` when anything is not as it was read. Afterwards `wake`
 * tells those whom it concerns.
 */
export async function commit(change: Change, revisions: Revisions, ...others: readonly Write[]): Promise<void> {
  const { run, pipeline, opened, entered, superseded, passed, rollback } = change;
  await write([
    ...fitting(change.abandoned).map((action) =>
      putAction(action, revisions.step?.find((read) => read.action.key === action.key)?.rev ?? -1),
    ),
    putRun(run, revisions.run),
    ...(pipeline ? [putPipeline(pipeline, revisions.pipeline)] : []),
    ...(rollback ? [putRun(rollback)] : []),
    ...(passed === undefined ? [] : [putPassed(run, passed)]),
    ...opened.map((action) => putAction(action)),
    ...entered.map((id) => enterRun(run.pipelineId, id, run.lastUpdateTime)),
    ...superseded.map((id) => endWaitingRun(run.pipelineId, id, 'Superseded', run.lastUpdateTime)),
    ...others,
  ]);
}

/** DynamoDB takes 4 MB in one transaction: of that, abandoned actions may have what leaves room for gates and a new step. */
const mostBytes = 3 * 1024 * 1024;

/** Actions that are abandoned, as they fit into a transaction: where their configurations are too long together, the records lose these. */
function fitting(abandoned: readonly ActionExecution[]): readonly ActionExecution[] {
  const bytes = abandoned.reduce((sum, { resolvedConfiguration = {} }) => {
    const texts = Object.entries(resolvedConfiguration).flat();
    return sum + texts.reduce((length, text) => length + Buffer.byteLength(text), 0);
  }, 0);
  return bytes <= mostBytes ? abandoned : abandoned.map(({ resolvedConfiguration: _, ...action }) => action);
}

/** Answers the tokens that a change has made due. It is for speed: the table's stream does it again. */
export async function wake({
  run,
  abandoned,
  entered,
  superseded,
}: Pick<Change, 'run' | 'abandoned' | 'entered' | 'superseded'>): Promise<void> {
  await Promise.all([
    ...abandoned.map(({ token }) => token && sendToken(token.value)),
    ...[...entered, ...superseded].map((id) => wakeRun(run.pipelineId, id)),
  ]);
}

/** Reads a run and its pipeline as they were at one time. Throws `Changed` when the run moved between the two reads. */
export async function readPlace(
  pipelineId: string,
  id: string,
): Promise<{ readonly run: RunRecord; readonly pipeline: PipelineRecord }> {
  const [run, pipeline] = await Promise.all([readRun(pipelineId, id), readPipeline(pipelineId)]);
  if (!run || !pipeline) throw new Error(`There is no run ${id} of pipeline ${pipelineId}.`);
  const fit = isFinal(run.run.status) ? !visitors(pipeline.pipeline).includes(id) : holds(pipeline.pipeline, run.run);
  if (!fit) throw new Changed([]);
  return { run, pipeline };
}

/** Lets a run's waiting Decide look again. */
export async function wakeRun(pipelineId: string, id: string): Promise<void> {
  const found = await readRun(pipelineId, id);
  if (found?.run.token) await sendToken(found.run.token.value, { next: 'Decide' });
}

/** The records of the step that goes on in a run; none before the first step of a stage. */
export async function readStep(run: Run, definition: PipelineDeclaration): Promise<readonly ActionRecord[]> {
  const step = stepOf(run);
  if (run.place === 'inbound' || step === undefined) return [];
  const stage = definition.stages.findIndex(({ name }) => name === run.stage);
  const declaration = definition.stages[stage];
  if (!declaration)
    throw new Error(`Pipeline ${run.pipelineName} has no stage ${run.stage} in version ${run.version}.`);
  const keys = placedIn(declaration, step).map(({ index }) =>
    actionKey(run, { stage, attempt: run.attempt, step, index }),
  );
  return readActions(keys);
}
