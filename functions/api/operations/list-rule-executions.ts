import { executionsListed, type ListedInput } from '../list-executions.ts';
import type { Operation } from '../operation.ts';
import { ruleExecutionDetail } from '../rule-shape.ts';

/** ListRuleExecutions: executions of the rules of conditions, listed as ListActionExecutions lists those of actions. */
export const listRuleExecutions: Operation<ListedInput> = async (input, given) => {
  const { details, ...page } = await executionsListed('ListRuleExecutions', 'RULE', ruleExecutionDetail, input, given);
  return { ruleExecutionDetails: details, ...page };
};
