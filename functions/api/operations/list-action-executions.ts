import { actionExecutionDetail } from '../action-shape.ts';
import { executionsListed, type ListedInput } from '../list-executions.ts';
import type { Operation } from '../operation.ts';

/** ListActionExecutions: executions of actions of a pipeline, or of one of its runs. */
export const listActionExecutions: Operation<ListedInput> = async (input, given) => {
  const { details, ...page } = await executionsListed(
    'ListActionExecutions',
    'ACTION',
    actionExecutionDetail,
    input,
    given,
  );
  return { actionExecutionDetails: details, ...page };
};
