import type { PolicyDocument } from './policy-document.ts';

const LOGS = ['logs:CreateLogGroup', 'logs:CreateLogStream', 'logs:PutLogEvents'];
const STREAMS = [
  ...['dynamodb:DescribeStream', 'dynamodb:GetRecords', 'dynamodb:GetShardIterator', 'dynamodb:ListStreams'],
];

/** Managed policies of AWS's own that roles may name, by what follows `arn:PARTITION:iam::aws:policy/` (AWS Managed Policy Reference). */
const POLICIES: Readonly<Record<string, PolicyDocument>> = {
  AdministratorAccess: allow('*'),
  'service-role/AWSLambdaBasicExecutionRole': allow(LOGS),
  'service-role/AWSLambdaDynamoDBExecutionRole': allow([...STREAMS, ...LOGS]),
};

/** The text of one of AWS's managed policies; undefined for one that the local stack does not know. */
export function awsManagedPolicy(arn: string): PolicyDocument | undefined {
  const name = /^arn:[\w-]+:iam::aws:policy\/(.+)$/.exec(arn)?.[1] ?? '';
  return Object.hasOwn(POLICIES, name) ? POLICIES[name] : undefined;
}

function allow(Action: string | readonly string[]): PolicyDocument {
  return { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action, Resource: '*' }] };
}
