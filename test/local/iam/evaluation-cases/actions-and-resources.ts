import { ACCOUNT, allow, BUCKET, type Case, deny, OBJECT, QUEUE, TABLE } from './case.ts';

/** Policy's Action (or NotAction), action of the request, whether it is matched. */
const ACTIONS: readonly (readonly [object, string, string, boolean])[] = [
  [{ Action: 's3:GetObject' }, 's3:GetObject', OBJECT, true],
  [{ Action: 'S3:getobject' }, 's3:GetObject', OBJECT, true],
  [{ Action: 's3:GetObject' }, 'S3:GETOBJECT', OBJECT, true],
  [{ Action: 's3:GetObject' }, 's3:GetObjectTagging', OBJECT, false],
  [{ Action: 's3:GetObject*' }, 's3:GetObjectTagging', OBJECT, true],
  [{ Action: 's3:Get*' }, 's3:GetObject', OBJECT, true],
  [{ Action: 's3:Get*' }, 's3:PutObject', OBJECT, false],
  [{ Action: 's3:*Object' }, 's3:GetObject', OBJECT, true],
  [{ Action: 's3:*Object' }, 's3:GetObjectAcl', OBJECT, false],
  [{ Action: 's3:??tObject' }, 's3:PutObject', OBJECT, true],
  [{ Action: 's3:??tObject' }, 's3:DeleteObject', OBJECT, false],
  [{ Action: 's3:*' }, 's3:DeleteObject', OBJECT, true],
  [{ Action: 's3:*' }, 'sqs:SendMessage', QUEUE, false],
  [{ Action: '*' }, 'sqs:SendMessage', QUEUE, true],
  [{ Action: '*:*' }, 'sqs:SendMessage', QUEUE, true],
  [{ Action: ['s3:PutObject', 'sqs:SendMessage'] }, 'sqs:SendMessage', QUEUE, true],
  [{ Action: ['s3:PutObject', 'sqs:SendMessage'] }, 'sqs:DeleteMessage', QUEUE, false],
  [{ Action: 'iam:*AccessKey*' }, 'iam:CreateAccessKey', `arn:aws:iam::${ACCOUNT}:user/ann`, true],
  [{ NotAction: 's3:GetObject' }, 's3:GetObject', OBJECT, false],
  [{ NotAction: 's3:GetObject' }, 's3:PutObject', OBJECT, true],
  [{ NotAction: 's3:GetObject' }, 'sqs:SendMessage', QUEUE, true],
  [{ NotAction: ['s3:*', 'sqs:*'] }, 'sqs:SendMessage', QUEUE, false],
  [{ NotAction: ['s3:*', 'sqs:*'] }, 'dynamodb:GetItem', TABLE, true],
  [{ NotAction: 'iam:*' }, 's3:GetObject', OBJECT, true],
  [{ NotAction: 'S3:get*' }, 's3:GetObject', OBJECT, false],
];

const LOGS = `arn:aws:logs:eu-west-1:${ACCOUNT}:log-group:build:log-stream:one`;
const FUNCTION = `arn:aws:lambda:eu-west-1:${ACCOUNT}:function:decide`;

/** Policy's Resource (or NotResource), action and resource of the request, whether it is matched. */
const RESOURCES: readonly (readonly [object, string, string, boolean])[] = [
  [{ Resource: OBJECT }, 's3:GetObject', OBJECT, true],
  [{ Resource: '*' }, 's3:GetObject', OBJECT, true],
  [{ Resource: `${BUCKET}/*` }, 's3:GetObject', OBJECT, true],
  [{ Resource: BUCKET }, 's3:GetObject', OBJECT, false],
  [{ Resource: BUCKET }, 's3:ListBucket', BUCKET, true],
  [{ Resource: `${BUCKET}/*` }, 's3:ListBucket', BUCKET, false],
  [{ Resource: [BUCKET, `${BUCKET}/*`] }, 's3:GetObject', OBJECT, true],
  [{ Resource: 'arn:aws:s3:::ARTIFACTS/*' }, 's3:GetObject', OBJECT, false],
  [{ Resource: 'arn:aws:s3:::art*/hello/*.zip' }, 's3:GetObject', OBJECT, true],
  [{ Resource: 'arn:aws:s3:::art*/hello/*.tar' }, 's3:GetObject', OBJECT, false],
  [{ Resource: `${BUCKET}/hello/source.???` }, 's3:GetObject', OBJECT, true],
  [{ Resource: `${BUCKET}/hello/source.??` }, 's3:GetObject', OBJECT, false],
  [{ Resource: `${BUCKET}/*.zip` }, 's3:GetObject', `${BUCKET}/a:b.zip`, true],
  [{ Resource: 'arn:*:s3:::artifacts/*' }, 's3:GetObject', OBJECT, true],
  [{ Resource: 'arn:aws-cn:s3:::artifacts/*' }, 's3:GetObject', OBJECT, false],
  [{ Resource: `arn:aws:sqs:*:${ACCOUNT}:dead-letters` }, 'sqs:SendMessage', QUEUE, true],
  [{ Resource: `arn:aws:sqs:eu-*:${ACCOUNT}:dead-letters` }, 'sqs:SendMessage', QUEUE, true],
  [{ Resource: `arn:aws:sqs:us-*:${ACCOUNT}:dead-letters` }, 'sqs:SendMessage', QUEUE, false],
  [{ Resource: `arn:aws:sqs:eu-west-?:${ACCOUNT}:dead-letters` }, 'sqs:SendMessage', QUEUE, true],
  [
    { Resource: 'arn:aws:sqs:eu*2:dead-letters:x' },
    'sqs:SendMessage',
    `arn:aws:sqs:eu-west-1:${ACCOUNT}:dead-letters:x`,
    false,
  ],
  [
    { Resource: 'arn:aws:sqs:*:dead-letters:*' },
    'sqs:SendMessage',
    `arn:aws:sqs:eu-west-1:${ACCOUNT}:dead-letters:x`,
    true,
  ],
  [{ Resource: 'arn:aws:sqs:*:*:*' }, 'sqs:SendMessage', QUEUE, true],
  [{ Resource: 'arn:aws:sqs:eu-west-1:999999999999:dead-letters' }, 'sqs:SendMessage', QUEUE, false],
  [{ Resource: `arn:aws:logs:*:${ACCOUNT}:log-group:build:*` }, 'logs:PutLogEvents', LOGS, true],
  [{ Resource: `arn:aws:logs:*:${ACCOUNT}:log-group:other:*` }, 'logs:PutLogEvents', LOGS, false],
  [{ Resource: FUNCTION }, 'lambda:InvokeFunction', `${FUNCTION}:live`, false],
  [{ Resource: `${FUNCTION}:*` }, 'lambda:InvokeFunction', `${FUNCTION}:live`, true],
  [{ Resource: `${FUNCTION}*` }, 'lambda:InvokeFunction', FUNCTION, true],
  [{ Resource: TABLE }, 'dynamodb:Query', `${TABLE}/index/by-date`, false],
  [{ Resource: `${TABLE}/index/*` }, 'dynamodb:Query', `${TABLE}/index/by-date`, true],
  [{ Resource: 'arn:aws:iam::*:role/sluice-*' }, 'iam:PassRole', `arn:aws:iam::${ACCOUNT}:role/x`, false],
  [{ Resource: 'arn:aws:iam::*:role/sluice-*' }, 'iam:PassRole', `arn:aws:iam::${ACCOUNT}:role/sluice-x`, true],
  [{ NotResource: OBJECT }, 's3:GetObject', OBJECT, false],
  [{ NotResource: `${BUCKET}/secret/*` }, 's3:GetObject', OBJECT, true],
  [{ NotResource: [BUCKET, `${BUCKET}/*`] }, 's3:GetObject', OBJECT, false],
  [{ NotResource: [BUCKET, `${BUCKET}/*`] }, 'sqs:SendMessage', QUEUE, true],
];

/** Actions that have no resource types, and those that need none: the request is for `*`. */
const WITHOUT: readonly (readonly [object, string, boolean])[] = [
  [{ Resource: '*' }, 'states:SendTaskSuccess', true],
  [{ Resource: 'arn:aws:states:*:*:*' }, 'states:SendTaskSuccess', false],
  [{ Resource: '*' }, 's3:ListAllMyBuckets', true],
  [{ Resource: 'arn:aws:s3:::*' }, 's3:ListAllMyBuckets', false],
  [{ Resource: '*' }, 'logs:DescribeLogGroups', true],
  [{ Resource: '*' }, 'dynamodb:ListStreams', true],
  [{ NotResource: 'arn:aws:s3:::*' }, 's3:ListAllMyBuckets', true],
];

function matched(
  rule: string,
  effect: 'Allow' | 'Deny',
  elements: object,
  action: string,
  resource: string,
  is: boolean,
): Case {
  const name = `${effect} ${JSON.stringify(elements)} for ${action} on ${resource}`;
  const { Action: _, Resource: __, ...bare } = allow() as Record<string, unknown>;
  const rest = { ...('Action' in elements || 'NotAction' in elements ? { Resource: '*' } : { Action: '*' }) };
  const statement = { ...bare, ...rest, ...elements, Effect: effect };
  const request = { action, resource };
  if (effect === 'Allow') return { rule, name, request, identity: [statement], expect: is ? 'Allow' : 'ImplicitDeny' };
  return { rule, name, request, identity: [allow(), statement], expect: is ? 'ExplicitDeny' : 'Allow' };
}

/** Cases of the Action and Resource elements and their opposites, as an Allow and as a Deny. */
export const ACTIONS_AND_RESOURCES: readonly Case[] = [
  ...ACTIONS.map(([elements, action, resource, is]) => matched('Action', 'Allow', elements, action, resource, is)),
  ...ACTIONS.filter(([elements]) => 'NotAction' in elements).map(([elements, action, resource, is]) =>
    matched('NotAction', 'Deny', elements, action, resource, is),
  ),
  ...RESOURCES.map(([elements, action, resource, is]) => matched('Resource', 'Allow', elements, action, resource, is)),
  ...RESOURCES.filter(([elements]) => 'NotResource' in elements).map(([elements, action, resource, is]) =>
    matched('NotResource', 'Deny', elements, action, resource, is),
  ),
  ...WITHOUT.map(([elements, action, is]) =>
    matched('Service authorization reference: no resource types', 'Allow', elements, action, '*', is),
  ),
  {
    rule: 'NotAction: with Allow',
    name: 'an exception from an Allow is no denial: another statement may allow it',
    identity: [allow({ Action: undefined, NotAction: 's3:*' }), allow({ Action: 's3:GetObject' })],
    expect: 'Allow',
  },
  {
    rule: 'NotResource: with Deny',
    name: 'all but one folder is denied',
    identity: [allow(), deny({ Resource: undefined, NotResource: `${BUCKET}/public/*` })],
    expect: 'ExplicitDeny',
    by: 'identity',
  },
];
