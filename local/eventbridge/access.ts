import {
  type AccessReader,
  type AccessRequest,
  jsonMembers,
  listMember,
  type SignedCall,
  textMember,
} from '../access.ts';
import type { StackContext } from '../service.ts';

/** Operations on a rule, by the member that names it. */
const ON_RULE: Readonly<Record<string, string>> = {
  PutRule: 'Name',
  DescribeRule: 'Name',
  DeleteRule: 'Name',
  EnableRule: 'Name',
  DisableRule: 'Name',
  PutTargets: 'Rule',
  RemoveTargets: 'Rule',
  ListTargetsByRule: 'Rule',
};

/** The operation that a request names. */
export function operationOf({ headers }: Pick<SignedCall, 'headers'>): string {
  return String(headers['x-amz-target']).replace(/^AWSEvents\./, '');
}

/** What a request to EventBridge asks for: PutEvents once for each entry, with its source and detail type. */
export function accessOf(context: StackContext): AccessReader {
  return (call) => {
    const operation = operationOf(call);
    const action = `events:${operation}`;
    if (operation === 'ListRules' || operation === 'TestEventPattern') return [{ action, resource: '*' }];
    if (operation === 'PutEvents')
      return listMember(jsonMembers(call), 'Entries').map((entry) => putting(context, entry));
    const member = Object.hasOwn(ON_RULE, operation) ? ON_RULE[operation] : undefined;
    if (member === undefined) return [];
    const input = jsonMembers(call);
    const on = {
      action,
      resource: arn(context, `rule/${textMember(input, member)}`),
      context: ruleContext(operation, input),
    };
    return [on, ...rolesIn(input).map(passing)];
  };
}

function putting(context: StackContext, entry: Readonly<Record<string, unknown>>): AccessRequest {
  const bus = textMember(entry, 'EventBusName') || 'default';
  const keys = [
    ['events:source', textMember(entry, 'Source')] as const,
    ['events:detail-type', textMember(entry, 'DetailType')] as const,
  ];
  return {
    action: 'events:PutEvents',
    resource: bus.startsWith('arn:') ? bus : arn(context, `event-bus/${bus}`),
    context: Object.fromEntries(keys.filter(([, value]) => value !== '')),
  };
}

function ruleContext(operation: string, input: Readonly<Record<string, unknown>>) {
  if (operation !== 'PutTargets') return {};
  return { 'events:TargetArn': listMember(input, 'Targets').map((target) => textMember(target, 'Arn')) };
}

function rolesIn(input: Readonly<Record<string, unknown>>): readonly string[] {
  return [input, ...listMember(input, 'Targets')]
    .map((given) => textMember(given, 'RoleArn'))
    .filter((role) => role !== '');
}

function passing(role: string): AccessRequest {
  return { action: 'iam:PassRole', resource: role, context: { 'iam:PassedToService': 'events.amazonaws.com' } };
}

function arn({ account, partition, region }: StackContext, rest: string): string {
  return `arn:${partition}:events:${region}:${account}:${rest}`;
}
