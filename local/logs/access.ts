import { type AccessReader, type AccessRequest, jsonMembers, type SignedCall, textMember } from '../access.ts';
import type { StackContext } from '../service.ts';

const ON_GROUP = [
  'CreateLogGroup',
  'DeleteLogGroup',
  'DeleteRetentionPolicy',
  'DescribeLogStreams',
  'FilterLogEvents',
  'PutRetentionPolicy',
];
const ON_STREAM = ['CreateLogStream', 'DeleteLogStream', 'GetLogEvents', 'PutLogEvents'];

/** The operation that a request names. */
export function operationOf({ headers }: Pick<SignedCall, 'headers'>): string {
  return String(headers['x-amz-target']).replace(/^Logs_20140328\./, '');
}

/** What a request to CloudWatch Logs asks for. */
export function accessOf(context: StackContext): AccessReader {
  return (call) => {
    const operation = operationOf(call);
    const action = `logs:${operation}`;
    if (operation === 'DescribeLogGroups') return [{ action, resource: '*' }];
    const input = jsonMembers(call);
    if (operation === 'ListTagsForResource') return [{ action, resource: textMember(input, 'resourceArn') }];
    const group = groupIn(input);
    if (ON_STREAM.includes(operation)) return [onStream(context, action, group, textMember(input, 'logStreamName'))];
    return ON_GROUP.includes(operation) ? [onStream(context, action, group, '')] : [];
  };
}

/** What a service asks for that writes the log of a function or build with its role. */
export function writing(context: StackContext, group: string, stream: string): readonly AccessRequest[] {
  return ['logs:CreateLogStream', 'logs:PutLogEvents'].map((action) => onStream(context, action, group, stream));
}

/** AWS judges a group as the stream without a name in it: that is how its denials call it, and why policies name a group with `:*` at the end. */
function onStream(
  { account, partition, region }: StackContext,
  action: string,
  group: string,
  stream: string,
): AccessRequest {
  return { action, resource: `arn:${partition}:logs:${region}:${account}:log-group:${group}:log-stream:${stream}` };
}

function groupIn(input: Readonly<Record<string, unknown>>): string {
  const identifier = textMember(input, 'logGroupIdentifier');
  if (identifier === '') return textMember(input, 'logGroupName');
  return /^arn:[^:]+:logs:[^:]*:\d+:log-group:([^:]+)/.exec(identifier)?.[1] ?? identifier;
}
