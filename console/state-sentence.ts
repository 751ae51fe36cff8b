import type { StagePicture } from './picture.ts';
import { causesOf } from './picture.ts';
import type { Snapshot } from './read-pipeline.ts';
import { shortRun } from './short-text.ts';
import { goesOn, wordOf } from './status.ts';

/** How the newest run is, in a sentence: it changes only when something happened, for it is read out. */
export function stateSentence(snapshot: Snapshot, stages: readonly StagePicture[]): string {
  const run = snapshot.runs[0];
  if (!run) return 'No run yet.';
  const { pipelineExecutionId: id = '', status = '' } = run;
  const name = `Run ${shortRun(id)}`;
  if (goesOn(status)) return `${name} ${whereabouts(id, status, stages)}.`;
  switch (status) {
    case 'Succeeded':
      return `${name} succeeded.`;
    case 'Failed': {
      const { stageName, actionName } = causesOf(snapshot, run)[0]?.execution ?? {};
      return stageName === undefined ? `${name} failed.` : `${name} failed in ${stageName} › ${actionName}.`;
    }
    case 'Superseded':
      return `${name} was superseded by a newer run.`;
    default:
      return `${name}: ${wordOf(status).toLowerCase()}.`;
  }
}

function whereabouts(run: string, status: string, stages: readonly StagePicture[]): string {
  const before = stages.find(({ waiting }) => waiting.includes(run));
  if (before) {
    const ahead = before.waiting.indexOf(run);
    return `waits before ${before.name}${ahead === 0 ? '' : ` behind ${ahead} other ${ahead === 1 ? 'run' : 'runs'}`}`;
  }
  const inside = stages.findLast((stage) => stage.run === run && stage.status !== 'NotStarted');
  const next = stages[inside ? stages.indexOf(inside) + 1 : 0];
  // Where a run of PARALLEL mode waits, the state does not tell.
  const isThrough = inside === undefined || inside.status === 'Succeeded';
  if (isThrough && next?.closed) return `waits before ${next.name}`;
  if (!inside) return 'is about to start';
  const approval = inside.actions.find((action) => action.status === 'WaitingForApproval');
  if (status === 'Stopping') return `is stopping in ${inside.name}`;
  const rule = inside.rules.find((each) => each.status === 'InProgress');
  if (rule) return `waits for a condition: ${inside.name} › ${rule.name}`;
  return approval ? `waits for approval: ${inside.name} › ${approval.name}` : `is in ${inside.name}`;
}
