import { readActionType } from '../../aws/action-type-record.ts';
import type { CustomActionType } from '../../domain/custom-action-type.ts';
import type { ActionTypeId } from '../../domain/declaration.ts';
import { queueOf } from '../../domain/job.ts';
import { actionTypeNotFound } from '../../domain/not-found.ts';
import { Refusal } from '../../domain/refusal.ts';
import { offerJobs } from '../../engine/offer-jobs.ts';
import { heldJobData } from '../job-shape.ts';
import type { Operation } from '../operation.ts';

interface Input {
  readonly actionTypeId: ActionTypeId;
  readonly maxBatchSize?: number;
  readonly queryParam?: Readonly<Record<string, string>>;
}

/** The most jobs that one answer has. CodePipeline names no limit. */
const mostJobs = 10;

/** PollForJobs: hands jobs of a custom action type to a worker, each for a minute, within which it must acknowledge it. */
export const pollForJobs: Operation<Input> = async ({ actionTypeId, maxBatchSize = 1, queryParam = {} }, given) => {
  if (actionTypeId.owner !== 'Custom')
    throw new Refusal('ValidationException', `The owner of the action type must be Custom, not ${actionTypeId.owner}.`);
  const type = await readActionType(actionTypeId);
  if (!type) throw actionTypeNotFound(actionTypeId);
  const queue = queueOf(actionTypeId, valueAsked(type, queryParam));
  const held = await offerJobs(queue, Math.min(maxBatchSize, mostJobs), given);
  return {
    jobs: held.map((one) => ({
      id: one.job.id,
      data: heldJobData(one, given),
      nonce: one.job.nonce,
      accountId: given.home.account,
    })),
  };
};

/** The value of the type's queryable property that is asked for: it must be given, and nothing else may. */
function valueAsked(type: CustomActionType, asked: Readonly<Record<string, string>>): string | undefined {
  const name = type.actionConfigurationProperties.find(({ queryable }) => queryable)?.name;
  const wrong = Object.keys(asked).find((key) => key !== name);
  if (wrong !== undefined)
    throw new Refusal(
      'ValidationException',
      `The queryParam names '${wrong}', which is ${name === undefined ? 'more than the action type has: no property of it is queryable' : `not the queryable property '${name}' of the action type`}.`,
    );
  if (name === undefined) return undefined;
  if (asked[name] === undefined)
    throw new Refusal(
      'ValidationException',
      `The queryParam must give the queryable property '${name}' of the action type.`,
    );
  return asked[name];
}
