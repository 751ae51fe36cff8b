import { artifactsDue, lookAtArtifactsLater } from '../aws/old-artifacts.ts';
import { cleanUp } from '../engine/clean-up.ts';
import { logger } from '../lambda/logger.ts';
import { task } from '../lambda/task.ts';

const reserveMillis = 30_000;

/** Clean up, every hour: removes artifacts that are old and that nobody may come for any more. What is still needed is looked at a day later. */
export const handler = task(
  'Clean up',
  () => ({}),
  async (_: object, given) => {
    let removed = 0;
    let kept = 0;
    let failed = 0;
    for await (const place of artifactsDue(given.now)) {
      if (given.remainingMillis() < reserveMillis) break;
      try {
        if (await cleanUp(place, given.now)) removed++;
        else {
          kept++;
          await lookAtArtifactsLater(place.pipelineId, place.run, given.now);
        }
      } catch (error) {
        failed++;
        logger.error('Clean up could not remove artifacts', { run: place.run, error: error as Error });
      }
    }
    return { removed, kept, failed };
  },
);
