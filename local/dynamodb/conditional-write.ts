import { holds } from './condition.ts';
import { conditionFailed, invalid } from './errors.ts';
import type { ExpressionParameters, Expressions } from './expressions.ts';
import type { Stored } from './items.ts';

/** What all conditional writes share. */
export interface Conditional extends ExpressionParameters {
  readonly TableName: string;
  readonly ReturnValues?: string;
  readonly ReturnValuesOnConditionCheckFailure?: 'ALL_OLD' | 'NONE';
}

/** Refuses a write whose condition does not hold for the item as it stands. */
export function checkCondition(request: Conditional, { condition }: Expressions, old: Stored | undefined): void {
  if (!condition || holds(condition, old?.item ?? {}, request.ExpressionAttributeValues ?? {})) return;
  throw conditionFailed(request.ReturnValuesOnConditionCheckFailure === 'ALL_OLD' ? old?.item : undefined);
}

/** The answer to a write that can return only the old item. */
export function answerOld(returnValues: string | undefined, old: Stored | undefined): object {
  return returnValues === 'ALL_OLD' && old ? { Attributes: old.item } : {};
}

/** Refuses ReturnValues that only UpdateItem has. */
export function checkReturnValues(returnValues: string | undefined): void {
  if (returnValues === undefined || returnValues === 'NONE' || returnValues === 'ALL_OLD') return;
  throw invalid('ReturnValues can only be ALL_OLD or NONE');
}
