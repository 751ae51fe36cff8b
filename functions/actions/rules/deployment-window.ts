import { deploymentWindow as type } from '../../domain/rule-types.ts';
import { type DeploymentWindow, opensAt, readWindow } from '../../domain/rules/deployment-window.ts';
import { Failure, type Work } from '../../engine/work.ts';
import { iso } from '../../lambda/iso.ts';
import type { Outcome, Provider } from '../provider.ts';

/** The sweeper's longest look, in milliseconds. */
const longestDelay = 15 * 60_000;

/** Rule/AWS/DeploymentWindow/1: passes when its window is open, and waits for that. Its cursor is when the window opens, in milliseconds since the epoch. */
export const deploymentWindow: Provider = {
  types: [type],
  startClass: 'token',
  start: async (work) => outcomeAt(opensAt(windowOf(work), work.now), work.now),
  resume: async (work, cursor) => {
    const opens = Number(cursor);
    // Who was not looked at for so long may be outside of its window again.
    const isLate = work.now - opens > longestDelay;
    return outcomeAt(isLate ? opensAt(windowOf(work), work.now) : opens, work.now);
  },
};

function windowOf({ configuration }: Work): DeploymentWindow {
  try {
    return readWindow(configuration['Cron'] ?? '', configuration['TimeZone']);
  } catch (error) {
    if (error instanceof RangeError) throw new Failure('ConfigurationError', error.message);
    throw error;
  }
}

function outcomeAt(opens: number | undefined, now: number): Outcome {
  if (opens === undefined) throw new Failure('ConfigurationError', 'The deployment window never opens again.');
  return opens <= now
    ? { status: 'Succeeded', outputs: [], outputVariables: {} }
    : {
        status: 'Running',
        cursor: String(opens),
        lookAt: opens,
        summary: `The deployment window opens at ${iso(opens).replace(':00.000Z', 'Z')}.`,
      };
}
