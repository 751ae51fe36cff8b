import type { Bus } from '../bus.ts';
import { type Operation, ruleNamed } from '../request.ts';
import type { Rule } from '../store.ts';

/** DescribeRule. */
export const describeRule: Operation = ({ bus, store, context }, input) => ({
  ...description(bus, ruleNamed(store, input)),
  CreatedBy: context.account,
});

/** A rule in AWS's members, as DescribeRule and ListRules have it. */
export function description(bus: Bus, rule: Rule): object {
  return {
    Name: rule.name,
    Arn: bus.arn(rule.name),
    EventPattern: rule.eventPattern,
    ScheduleExpression: rule.scheduleExpression,
    State: rule.state,
    Description: rule.description,
    RoleArn: rule.roleArn,
    EventBusName: 'default',
  };
}
