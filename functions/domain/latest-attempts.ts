import { type ActionExecution, type ActionKey, runOf } from './action.ts';

/**
 * Of executions of one run's actions, the newest first, those that no later attempt at their stage has replaced. `seen` is what a
 * listing has to remember from one page to the next: the actions of the stage at which the page before ended.
 */
export function latestAttempts(
  actions: readonly ActionExecution[],
  seen: readonly string[],
): { readonly latest: readonly ActionExecution[]; readonly seen: readonly string[] } {
  const known = new Set(seen);
  const latest = actions.filter(({ key }) => {
    const place = placeOf(key);
    return !known.has(place) && known.add(place);
  });
  const last = actions.at(-1);
  const stage = last && placeOf(last.key).slice(0, stageDigits);
  return { latest, seen: stage === undefined ? [] : [...known].filter((place) => place.startsWith(stage)) };
}

const stageDigits = '00.'.length;

/** Where an action stands in its definition: its key without the attempt. */
function placeOf(key: ActionKey): string {
  const { pipelineId, run } = runOf(key);
  const [stage, , order, index] = key.slice(pipelineId.length + run.length + 2).split('.');
  return [stage, order, index].join('.');
}
