import { type ResourceHandler, ServiceError } from '../service.ts';
import { type Desk, ELSEWHERE, onlyDefaultBus } from './request.ts';
import { checkRule, checkTargets } from './rule.ts';
import type { Rule, Target } from './store.ts';

const PROPERTIES = [
  'Name',
  'Description',
  'EventBusName',
  'EventPattern',
  'ScheduleExpression',
  'State',
  'RoleArn',
  'Targets',
  'Tags',
];

/** Handlers of the template's resources; `seen` collects the names of its rules. */
export function resources(desk: Desk, seen: Set<string>): Readonly<Record<string, ResourceHandler>> {
  return {
    'AWS::Events::Rule': ({ logicalId, name, properties }) => {
      const rule = toRule(desk, logicalId, name, properties ?? {});
      const existing = desk.store.rule(rule.name);
      desk.bus.saveRule(rule, rule.scheduleExpression !== existing?.scheduleExpression);
      seen.add(rule.name);
      return { ref: rule.name, attributes: { Arn: desk.bus.arn(rule.name) } };
    },
    'AWS::Events::EventBus': ({ logicalId }) => {
      const message = `${logicalId}: the local stack has only the default event bus. ${ELSEWHERE}`;
      throw new ServiceError('ValidationException', message);
    },
  };
}

// biome-ignore lint/suspicious/noExplicitAny: CloudFormation properties are as the template has them.
function toRule({ store, ports }: Desk, logicalId: string, defaultName: string, properties: any): Rule {
  const unknown = Object.keys(properties).find((property) => !PROPERTIES.includes(property));
  if (unknown !== undefined) {
    throw new ServiceError(
      'ValidationException',
      `${logicalId}: the local stack has no ${unknown} of AWS::Events::Rule. ${ELSEWHERE}`,
    );
  }
  onlyDefaultBus(properties);
  const name = properties.Name ?? defaultName;
  const { Description, EventPattern, ScheduleExpression, State = 'ENABLED', RoleArn, Targets = [] } = properties;
  const rule: Rule = {
    name,
    state: State,
    targets: (Targets as Target[]).map(numeric),
    nextAt: store.rule(name)?.nextAt ?? null,
    fromTemplate: true,
    ...(Description !== undefined && { description: Description }),
    ...(EventPattern !== undefined && { eventPattern: asText(EventPattern) }),
    ...(ScheduleExpression !== undefined && { scheduleExpression: ScheduleExpression }),
    ...(RoleArn !== undefined && { roleArn: RoleArn }),
  };
  checkRule(rule);
  checkTargets(ports, rule.targets);
  return rule;
}

function asText(pattern: unknown): string {
  return typeof pattern === 'string' ? pattern : JSON.stringify(pattern);
}

/** CloudFormation takes numbers as texts too (a parameter's value is one). */
function numeric(target: Target): Target {
  if (target.RetryPolicy === undefined) return target;
  const members = Object.entries(target.RetryPolicy).map(([name, value]) => [name, Number(value)]);
  return { ...target, RetryPolicy: Object.fromEntries(members) };
}
