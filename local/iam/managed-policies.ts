import { type Policy, readPolicy } from './evaluate/policy.ts';
import { PolicyError } from './evaluate/policy-error.ts';

const LOGS = ['logs:CreateLogGroup', 'logs:CreateLogStream', 'logs:PutLogEvents'];
const STREAMS = [
  ...['dynamodb:DescribeStream', 'dynamodb:GetRecords', 'dynamodb:GetShardIterator', 'dynamodb:ListStreams'],
];
const TRACES = [
  ...['xray:PutTraceSegments', 'xray:PutTelemetryRecords', 'xray:GetSamplingRules', 'xray:GetSamplingTargets'],
  'xray:GetSamplingStatisticSummaries',
];

/** What AWS's own policies allow, on every resource. AWS Managed Policy Reference Guide; those that SAM gives its roles. */
const ALLOWED: Readonly<Record<string, readonly string[]>> = {
  'service-role/AWSLambdaBasicExecutionRole': LOGS,
  'service-role/AWSLambdaDynamoDBExecutionRole': [...STREAMS, ...LOGS],
  AWSXrayWriteOnlyAccess: TRACES,
};

/** A managed policy of AWS by its ARN; throws a PolicyError for one whose text the local stack does not have. */
export function managedPolicy(arn: string): Policy {
  const [, name = ''] = /^arn:[\w-]+:iam::aws:policy\/(.+)$/.exec(arn) ?? [];
  const actions = Object.hasOwn(ALLOWED, name) ? ALLOWED[name] : undefined;
  if (actions === undefined) {
    throw new PolicyError({ policy: arn }, undefined, 'is a managed policy whose text the local stack does not have.');
  }
  const statement = { Effect: 'Allow', Action: actions, Resource: '*' };
  return readPolicy('identity', arn, { Version: '2012-10-17', Statement: [statement] });
}
