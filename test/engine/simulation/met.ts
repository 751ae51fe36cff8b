import { type ActionExecution, isDone, isManualApproval, runOf } from '../../../functions/domain/action.ts';
import { gateOf, type Pipeline } from '../../../functions/domain/pipeline.ts';
import { isFinal, type Run } from '../../../functions/domain/run.ts';
import type { World } from './world.ts';

const month = 30 * 24 * 60 * 60_000;

/** How a run is, as a command meets it. */
export function stateOfRun({ observer }: World, run: Run): string {
  const kind = run.rollback ? `${run.executionMode} rollback` : run.executionMode;
  const pipeline = observer.pipelines.get(run.pipelineId);
  if (!pipeline) throw new Error(`Run ${run.id} has no pipeline.`);
  const actions = [...observer.actions.values()].filter(({ key }) => runOf(key).run === run.id);
  return `${kind}: ${placeOf(run, pipeline, actions)}`;
}

function placeOf(run: Run, pipeline: Pipeline, actions: readonly ActionExecution[]): string {
  if (run.status === 'Stopped' || run.status === 'Cancelled') return `${run.status} ${where(run)}`;
  if (isFinal(run.status)) return run.status;
  if (run.place === 'inbound')
    return gateOf(pipeline, run.stage).disabled ? 'before a disabled stage' : 'before a held stage';
  const open = actions.filter(({ status }) => !isDone(status));
  const old = run.version < pipeline.version ? ', of an old version' : '';
  const what = open.some((action) => action.status === 'Running' && isManualApproval(action))
    ? 'an approval waits'
    : open.length > 0
      ? 'actions go on'
      : 'between actions';
  return `${run.status}, ${what}${old}`;
}

function where({ place }: Run): string {
  return place === 'inside' ? 'inside' : 'before a stage';
}

/** How a stage is, as a command meets it. */
export function stateOfStage({ now }: World, pipeline: Pipeline, stage: string): string {
  const { holder, waiting, disabled } = gateOf(pipeline, stage);
  const { parallel = [] } = pipeline;
  if (pipeline.deleted) return 'deleted';
  const waits = waiting.length > 0 || parallel.some(({ before }) => before === stage);
  const door = !disabled ? 'stage' : now - disabled.since > month ? 'stage disabled for a month' : 'stage disabled';
  return `${pipeline.executionMode}: ${door}, ${holder ? 'held' : 'free'}${waits ? ', somebody waits' : ''}`;
}
