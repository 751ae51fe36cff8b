import { maybeText, type Operation, onlyDefaultBus, text } from '../request.ts';
import { checkRule } from '../rule.ts';
import type { Rule } from '../store.ts';

/** PutRule: makes a rule, or replaces all of an existing one but its targets. */
export const putRule: Operation = ({ bus, store }, input) => {
  onlyDefaultBus(input);
  const name = text(input, 'Name');
  const existing = store.rule(name);
  const description = maybeText(input, 'Description');
  const eventPattern = maybeText(input, 'EventPattern');
  const scheduleExpression = maybeText(input, 'ScheduleExpression');
  const roleArn = maybeText(input, 'RoleArn');
  const rule: Rule = {
    name,
    state: (maybeText(input, 'State') ?? 'ENABLED') as Rule['state'],
    targets: existing?.targets ?? [],
    nextAt: existing?.nextAt ?? null,
    fromTemplate: existing?.fromTemplate ?? false,
    ...(description !== undefined && { description }),
    ...(eventPattern !== undefined && { eventPattern }),
    ...(scheduleExpression !== undefined && { scheduleExpression }),
    ...(roleArn !== undefined && { roleArn }),
  };
  checkRule(rule);
  bus.saveRule(rule, scheduleExpression !== existing?.scheduleExpression);
  return { RuleArn: bus.arn(name) };
};
