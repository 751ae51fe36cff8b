import type { ActionSeen } from './runs.ts';

/** A run's actions with their seconds, and what passed between one's end and the next one's start. */
export function timeline(actions: readonly ActionSeen[]): string {
  return actions
    .map(({ stageName, actionName, status, startTime, lastUpdateTime }, index) => {
      const before = actions[index - 1];
      const gap =
        before === undefined ? '' : `${(startTime - before.lastUpdateTime).toFixed(1)} s after the one before`;
      const name = `${stageName} › ${actionName}`.padEnd(22);
      return `  ${name} ${status.padEnd(10)} ${(lastUpdateTime - startTime).toFixed(1).padStart(7)} s  ${gap}`.trimEnd();
    })
    .join('\n');
}
