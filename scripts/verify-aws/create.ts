import { operate } from './api.ts';
import { until } from './passing.ts';
import { newestRun } from './runs.ts';
import type { Walk } from './walk.ts';

/** Where the API is. */
export const api = ({ stack }: Walk): string => stack.outputs['ApiUrl'] ?? '';

/** Creates a pipeline; answers the id of its first run. */
export async function create(walk: Walk, pipeline: { readonly name?: string | undefined }): Promise<string> {
  const name = pipeline.name ?? '';
  walk.maker.cleanUp.add(
    `pipeline ${name}`,
    async () => void (await operate(walk.account, api(walk), 'DeletePipeline', { name })),
  );
  await operate(walk.account, api(walk), 'CreatePipeline', { pipeline });
  return until(`the first run of ${name}`, () => newestRun(walk, name), 30);
}
