import type { Principal } from '../../../../local/iam/evaluate/principal.ts';
import {
  ACCOUNT,
  ANYBODY,
  allow,
  type Case,
  type Decision,
  deny,
  OTHER_SESSION,
  ROLE,
  ROOT,
  ROOT_ARN,
  SESSION,
  SESSION_ARN,
  STRANGER,
  STRANGERS,
  service,
  USER,
  USER_ARN,
} from './case.ts';

const EVENTS = service('events.amazonaws.com');
const SNS = service('sns.amazonaws.com');
const FAR = `arn:aws:iam::${STRANGERS}:role/far`;

/** Who a resource's policy allows, who asks without policies of an own, what comes of it. */
const ALLOWED: readonly (readonly [string, unknown, Principal, Decision])[] = [
  ['everyone', '*', SESSION, 'Allow'],
  ['everyone', { AWS: '*' }, SESSION, 'Allow'],
  ['everyone', '*', USER, 'Allow'],
  ['everyone', '*', ANYBODY, 'Allow'],
  ['everyone', '*', EVENTS, 'Allow'],
  ['the account by its ARN', { AWS: ROOT_ARN }, SESSION, 'ImplicitDeny'],
  ['the account by its number', { AWS: ACCOUNT }, SESSION, 'ImplicitDeny'],
  ['the account', { AWS: ACCOUNT }, USER, 'ImplicitDeny'],
  ['the account', { AWS: ACCOUNT }, ROOT, 'Allow'],
  ['the account', { AWS: ACCOUNT }, ANYBODY, 'ImplicitDeny'],
  ['the account', { AWS: ACCOUNT }, EVENTS, 'ImplicitDeny'],
  ['the role', { AWS: ROLE }, SESSION, 'Allow'],
  ['the role', { AWS: ROLE }, OTHER_SESSION, 'Allow'],
  ['the role', { AWS: ROLE }, USER, 'ImplicitDeny'],
  ['the role without its path', { AWS: `arn:aws:iam::${ACCOUNT}:role/worker` }, SESSION, 'ImplicitDeny'],
  ['another role', { AWS: `arn:aws:iam::${ACCOUNT}:role/app/other` }, SESSION, 'ImplicitDeny'],
  ['the session', { AWS: SESSION_ARN }, SESSION, 'Allow'],
  ['the session', { AWS: SESSION_ARN }, OTHER_SESSION, 'ImplicitDeny'],
  ['the user', { AWS: USER_ARN }, USER, 'Allow'],
  ['the user in another case', { AWS: USER_ARN.replace('ann', 'Ann') }, USER, 'ImplicitDeny'],
  ['the user', { AWS: USER_ARN }, SESSION, 'ImplicitDeny'],
  ['one of two', { AWS: [USER_ARN, ROLE] }, SESSION, 'Allow'],
  ['a service', { Service: 'events.amazonaws.com' }, EVENTS, 'Allow'],
  ['a service', { Service: 'events.amazonaws.com' }, SNS, 'ImplicitDeny'],
  ['a service', { Service: 'events.amazonaws.com' }, SESSION, 'ImplicitDeny'],
  ['one of two services', { Service: ['events.amazonaws.com', 'sns.amazonaws.com'] }, SNS, 'Allow'],
  ['a service or a role', { Service: 'events.amazonaws.com', AWS: ROLE }, SESSION, 'Allow'],
  ['a service or a role', { Service: 'events.amazonaws.com', AWS: ROLE }, EVENTS, 'Allow'],
];

/** Who a resource's policy denies, while it allows everyone. */
const DENIED: readonly (readonly [string, object, Principal, boolean])[] = [
  ['everyone', { Principal: '*' }, SESSION, true],
  ['everyone', { Principal: '*' }, ROOT, true],
  ['everyone', { Principal: '*' }, EVENTS, true],
  ['everyone', { Principal: { AWS: '*' } }, ANYBODY, true],
  ['the account', { Principal: { AWS: ROOT_ARN } }, SESSION, true],
  ['the account', { Principal: { AWS: ROOT_ARN } }, USER, true],
  ['the account', { Principal: { AWS: STRANGERS } }, SESSION, false],
  ['the role', { Principal: { AWS: ROLE } }, SESSION, true],
  ['the role', { Principal: { AWS: ROLE } }, USER, false],
  ['the session', { Principal: { AWS: SESSION_ARN } }, OTHER_SESSION, false],
  ['a service', { Principal: { Service: 'events.amazonaws.com' } }, EVENTS, true],
  ['a service', { Principal: { Service: 'events.amazonaws.com' } }, SNS, false],
  ['all but user and account', { NotPrincipal: { AWS: [USER_ARN, ROOT_ARN] } }, USER, false],
  ['all but user and account', { NotPrincipal: { AWS: [USER_ARN, ACCOUNT] } }, SESSION, true],
  ['all but the user, whose account is not named', { NotPrincipal: { AWS: USER_ARN } }, USER, true],
  ['all but the account', { NotPrincipal: { AWS: ROOT_ARN } }, ROOT, false],
  ['all but the account', { NotPrincipal: { AWS: ROOT_ARN } }, SESSION, true],
  ['all but role and account', { NotPrincipal: { AWS: [ROLE, ROOT_ARN] } }, SESSION, false],
  ['all but the role, whose account is not named', { NotPrincipal: { AWS: ROLE } }, SESSION, true],
  ['all but session, role and account', { NotPrincipal: { AWS: [SESSION_ARN, ROLE, ROOT_ARN] } }, SESSION, false],
  ['all but session, role and account', { NotPrincipal: { AWS: [SESSION_ARN, ROLE, ROOT_ARN] } }, OTHER_SESSION, true],
  ['all but the session, whose role is not named', { NotPrincipal: { AWS: [SESSION_ARN, ROOT_ARN] } }, SESSION, true],
  ['all but a service', { NotPrincipal: { Service: 'events.amazonaws.com' } }, EVENTS, false],
  ['all but a service', { NotPrincipal: { Service: 'events.amazonaws.com' } }, SNS, true],
  ['all but a service', { NotPrincipal: { Service: 'events.amazonaws.com' } }, ANYBODY, true],
];

function who(principal: Principal): string {
  if (principal.type === 'Service') return principal.service;
  return 'arn' in principal ? principal.arn : 'anybody';
}

const CONFUSED = 'The confused deputy problem';
const fromAccount = { StringEquals: { 'aws:SourceAccount': ACCOUNT } };
const send = { Principal: { Service: 'events.amazonaws.com' }, Condition: fromAccount };

/** Cases of the Principal and NotPrincipal elements, and of the keys that say who asks. */
export const PRINCIPALS: readonly Case[] = [
  ...ALLOWED.map(([name, element, principal, expect]): Case => {
    const resource = [allow({ Principal: element })];
    return {
      rule: 'Principal',
      name: `allows ${name}: ${JSON.stringify(element)} for ${who(principal)}`,
      request: { principal },
      resource,
      expect,
    };
  }),
  ...DENIED.map(([name, element, principal, is]): Case => {
    const resource = [allow({ Principal: '*' }), deny(element)];
    const rule = 'NotPrincipal' in element ? 'NotPrincipal: with Deny' : 'Principal';
    return {
      rule,
      name: `denies ${name}: ${JSON.stringify(element)} for ${who(principal)}`,
      request: { principal },
      resource,
      expect: is ? 'ExplicitDeny' : 'Allow',
    };
  }),
  {
    rule: CONFUSED,
    name: 'a service for the own account',
    request: { principal: EVENTS, context: { 'aws:SourceAccount': ACCOUNT } },
    resource: [allow(send)],
    expect: 'Allow',
  },
  {
    rule: CONFUSED,
    name: 'a service for another account',
    request: { principal: EVENTS, context: { 'aws:SourceAccount': STRANGERS } },
    resource: [allow(send)],
    expect: 'ImplicitDeny',
    by: 'resource',
  },
  {
    rule: CONFUSED,
    name: 'a service for nobody in particular',
    request: { principal: EVENTS },
    resource: [allow(send)],
    expect: 'ImplicitDeny',
  },
  ...keys(),
];

/** Global condition keys that follow from who asks, without the request naming them. */
function keys(): readonly Case[] {
  const rule = 'Global condition context keys';
  const rows: readonly (readonly [string, Principal, object, boolean])[] = [
    ['a session has the ARN of its role', SESSION, { ArnEquals: { 'aws:PrincipalArn': ROLE } }, true],
    ['a session does not have its own ARN', SESSION, { ArnEquals: { 'aws:PrincipalArn': SESSION_ARN } }, false],
    ['a path of roles', SESSION, { ArnLike: { 'aws:PrincipalArn': `arn:aws:iam::${ACCOUNT}:role/app/*` } }, true],
    ['a user has its ARN', USER, { ArnEquals: { 'aws:PrincipalArn': USER_ARN } }, true],
    ['the account of the principal', SESSION, { StringEquals: { 'aws:PrincipalAccount': ACCOUNT } }, true],
    ['the account of another principal', SESSION, { StringEquals: { 'aws:PrincipalAccount': STRANGERS } }, false],
    ['the type of a session', SESSION, { StringEquals: { 'aws:PrincipalType': 'AssumedRole' } }, true],
    ['the type of a user', USER, { StringEquals: { 'aws:PrincipalType': 'User' } }, true],
    ['the type of a stranger', ANYBODY, { StringEquals: { 'aws:PrincipalType': 'Anonymous' } }, true],
    ['the type of the root user', ROOT, { StringEquals: { 'aws:PrincipalType': 'Account' } }, true],
    ['a session is no service', SESSION, { Bool: { 'aws:PrincipalIsAWSService': 'false' } }, true],
    ['a service is one', EVENTS, { Bool: { 'aws:PrincipalIsAWSService': 'true' } }, true],
    ['the name of a service', EVENTS, { StringEquals: { 'aws:PrincipalServiceName': 'events.amazonaws.com' } }, true],
    ['a service has no ARN', EVENTS, { Null: { 'aws:PrincipalArn': 'true' } }, true],
    ['the account of the resource', SESSION, { StringEquals: { 'aws:ResourceAccount': ACCOUNT } }, true],
    ['a user has a name', USER, { StringEquals: { 'aws:username': 'ann' } }, true],
    ['a session has no user name', SESSION, { Null: { 'aws:username': 'true' } }, true],
  ];
  return rows.map(([name, principal, condition, is]) => ({
    rule,
    name,
    request: { principal },
    resource: [allow({ Principal: '*' }), deny({ Principal: '*', Condition: condition })],
    expect: is ? 'ExplicitDeny' : 'Allow',
  }));
}

/** From here on the resource is of another account than the principal. */
export const FOREIGN: readonly Case[] = (
  [
    ['neither side allows', undefined, undefined, 'ImplicitDeny', 'identity'],
    ['only the identity side allows', [allow()], undefined, 'ImplicitDeny', 'resource'],
    ['only the resource allows the account', undefined, { AWS: STRANGERS }, 'ImplicitDeny', 'identity'],
    ['only the resource allows the role', undefined, { AWS: FAR }, 'ImplicitDeny', 'identity'],
    [
      'only the resource allows the session',
      undefined,
      { AWS: `arn:aws:sts::${STRANGERS}:assumed-role/far/one` },
      'ImplicitDeny',
      'identity',
    ],
    ['only the resource allows everyone', undefined, '*', 'ImplicitDeny', 'identity'],
    ['both allow, by the account', [allow()], { AWS: STRANGERS }, 'Allow', 'identity'],
    ['both allow, by the role', [allow()], { AWS: FAR }, 'Allow', 'identity'],
    ['both allow, by everyone', [allow()], '*', 'Allow', 'identity'],
    ['the resource allows another account', [allow()], { AWS: ACCOUNT }, 'ImplicitDeny', 'resource'],
    ['the identity side allows something else', [allow({ Action: 's3:PutObject' })], '*', 'ImplicitDeny', 'identity'],
    ['the identity side denies', [allow(), deny()], '*', 'ExplicitDeny', 'identity'],
  ] as const
).map(([name, identity, principal, expect, by]) => ({
  rule: 'Cross-account policy evaluation logic',
  name,
  request: { principal: STRANGER, resourceAccount: ACCOUNT },
  ...(identity ? { identity } : {}),
  ...(principal ? { resource: [allow({ Principal: principal })] } : {}),
  expect,
  by,
}));
