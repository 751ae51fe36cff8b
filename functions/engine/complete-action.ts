import { putAction, readAction } from '../aws/action-record.ts';
import { sendToken } from '../aws/machine.ts';
import { putRun, readRun } from '../aws/run-record.ts';
import { untilUnchanged, type Write, write } from '../aws/table.ts';
import { type ActionExecution, type ActionKey, complete, type Result, runOf } from '../domain/action.ts';
import { isFinal, type SourceRevision } from '../domain/run.ts';

/**
 * Records what came of an action, unless it has its result, and answers its token. `resultOf` is asked again when the record
 * changed meanwhile; undefined leaves the action as it is. `also`: what is written in the same transaction. Answers the action if this result is now its own.
 */
export async function completeAction(
  key: ActionKey,
  resultOf: (action: ActionExecution) => Result | undefined,
  now: number,
  also: {
    readonly revision?: SourceRevision;
    readonly write?: (action: ActionExecution) => Promise<readonly Write[]>;
  } = {},
): Promise<ActionExecution | undefined> {
  const done = await untilUnchanged(async () => {
    const found = await readAction(key);
    if (!found) throw new Error(`There is no action execution ${key}.`);
    const result = resultOf(found.action);
    const completed = result && complete(found.action, result, now);
    if (!completed) return undefined;
    const revision = also.revision ? await putRevision(key, also.revision, now) : [];
    await write([putAction(completed, found.rev), ...revision, ...((await also.write?.(completed)) ?? [])]);
    return completed;
  });
  if (done?.token) await sendToken(done.token.value);
  return done;
}

/** What a source found is kept with the run, in the same transaction. */
async function putRevision(key: ActionKey, revision: SourceRevision, now: number): Promise<readonly Write[]> {
  const { pipelineId, run } = runOf(key);
  const found = await readRun(pipelineId, run);
  if (!found || isFinal(found.run.status)) return [];
  const others = found.run.sourceRevisions.filter(({ actionName }) => actionName !== revision.actionName);
  return [putRun({ ...found.run, sourceRevisions: [...others, revision], lastUpdateTime: now }, found.rev)];
}
