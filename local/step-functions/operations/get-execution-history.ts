import { historyEvent } from '../history-shape.ts';
import { flag, text } from '../input.ts';
import { findExecution, type Operation } from '../operation.ts';
import { pageOf, pageSize, readPosition } from '../page.ts';

/** GetExecutionHistory. */
export const getExecutionHistory: Operation = (input, parts) => {
  const { arn } = findExecution(parts, text(input, 'executionArn'));
  const newestFirst = flag(input, 'reverseOrder', false);
  const includeData = flag(input, 'includeExecutionData', true);
  const size = pageSize(input);
  const { id } = readPosition(input, { id: newestFirst ? Number.MAX_SAFE_INTEGER : 0 });
  const found = parts.store.journal.history(arn, id, size + 1, newestFirst);
  const { rows, next } = pageOf(found, size, (event) => ({ id: event.id }));
  return { events: rows.map((event) => historyEvent(event, includeData)), ...next };
};
