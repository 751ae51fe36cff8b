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

/** As many items of a page, one at least, as an answer holds: its text is a text within Lambda's answer, so that it is escaped twice. */
function withinAnswer({ items, next }: Page): Page {
  let bytes = 0;
  const end = items.findIndex((item, index) => {
    bytes += Buffer.byteLength(JSON.stringify(JSON.stringify(actionFrom(item).action)));
    return index > 0 && bytes > longestAnswer;
  });
  const last = items[end - 1];
  return last
    ? { items: items.slice(0, end), next: { pk: String(last['pk']), sk: String(last['sk']) } }
    : { items, ...(next ? { next } : {}) };
}
