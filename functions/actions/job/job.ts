import { readActionType } from '../../aws/action-type-record.ts';
import { readJob, saveJob } from '../../aws/job-record.ts';
import { untilUnchanged } from '../../aws/table.ts';
import { typeName } from '../../domain/action-type.ts';
import { queryableValue } from '../../domain/custom-action-type.ts';
import { queue, queueOf } from '../../domain/job.ts';
import { Failure, type Work } from '../../engine/work.ts';
import type { Provider } from '../provider.ts';

/**
 * Actions of custom types: their job is queued, and a worker of the account polls for it. What cannot be worked on, for want of a type
 * or of the pipeline's role, fails before it is offered. Queued twice is queued once.
 */
export const customJob: Provider = {
  types: [],
  owner: 'Custom',
  startClass: 'token',
  async start(work) {
    const name = await queueFor(work);
    await work.access.credentials();
    await untilUnchanged(() => enqueue(work, name));
    return { status: 'Running' };
  },
};

async function queueFor({ action, configuration }: Work): Promise<string> {
  const type = await readActionType(action.type);
  if (!type) throw new Failure('ConfigurationError', `The action type ${typeName(action.type)} was deleted.`);
  const asked = queryableValue(type, configuration);
  if (!asked) return queueOf(action.type);
  if (/^[a-zA-Z0-9_-]{1,50}$/.test(asked.value)) return queueOf(action.type, asked.value);
  throw new Failure(
    'ConfigurationError',
    `The configuration '${asked.name}' is '${asked.value.slice(0, 100)}'. Workers ask by it, so that it may have 1 to 50 letters, digits, '_' and '-'.`,
  );
}

async function enqueue({ action, now }: Work, name: string): Promise<void> {
  const found = await readJob(action.job ?? '');
  if (!found) throw new Error(`Action ${action.key} has no job ${action.job}.`);
  const queued = queue(found.job, name, now);
  if (queued) await saveJob(queued, found.rev);
}
