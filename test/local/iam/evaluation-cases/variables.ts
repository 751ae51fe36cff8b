import type { RequestContext } from '../../../../local/iam/evaluate/context.ts';
import { allow, BUCKET, type Case, deny, USER } from './case.ts';

const RULE = 'Policy variables';
const TEAM = 'aws:PrincipalTag/team';

/** Resource of the policy, resource of the request, context, whether it is matched. */
const IN_RESOURCES: readonly (readonly [string, string, RequestContext, boolean])[] = [
  ['/${aws:PrincipalTag/team}/*', '/blue/x', { [TEAM]: 'blue' }, true],
  ['/${aws:PrincipalTag/team}/*', '/red/x', { [TEAM]: 'blue' }, false],
  ['/${aws:PrincipalTag/team}/*', '/blue/x', {}, false],
  ['/${aws:PrincipalTag/team}/*', '/${aws:PrincipalTag/team}/x', {}, false],
  ['/${AWS:principaltag/TEAM}/*', '/blue/x', { [TEAM]: 'blue' }, true],
  ["/${aws:PrincipalTag/team, 'none'}/*", '/none/x', {}, true],
  ["/${aws:PrincipalTag/team, 'none'}/*", '/none/x', { [TEAM]: 'blue' }, false],
  ["/${aws:PrincipalTag/team, 'none'}/*", '/blue/x', { [TEAM]: 'blue' }, true],
  ["/${aws:PrincipalTag/team,'none'}/*", '/none/x', {}, true],
  ["/${aws:PrincipalTag/team, ''}x", '/x', {}, true],
  ['/${aws:PrincipalTag/team}-${aws:SourceIdentity}', '/a-b', { [TEAM]: 'a', 'aws:SourceIdentity': 'b' }, true],
  ['/${aws:PrincipalTag/team}-${aws:SourceIdentity}', '/a-b', { [TEAM]: 'a' }, false],
  ['/${aws:PrincipalTag/team}', '/anything', { [TEAM]: '*' }, false],
  ['/${aws:PrincipalTag/team}', '/*', { [TEAM]: '*' }, true],
  ['/a${*}b', '/a*b', {}, true],
  ['/a${*}b', '/axb', {}, false],
  ['/a${?}b', '/a?b', {}, true],
  ['/a${?}b', '/axb', {}, false],
  ['/a${$}b', '/a$b', {}, true],
  ['/a${$}{x}', '/a${x}', {}, true],
  ['/${aws:userid}/*', '/AROA1:one/x', { 'aws:userid': 'AROA1:one' }, true],
];

/** Operator, value of the policy, value of `aws:SourceIdentity`, team of the principal, whether it is met. */
const IN_CONDITIONS: readonly (readonly [string, string | readonly string[], string, string | undefined, boolean])[] = [
  ['StringEquals', '${aws:PrincipalTag/team}', 'blue', 'blue', true],
  ['StringEquals', '${aws:PrincipalTag/team}', 'red', 'blue', false],
  ['StringEquals', '${aws:PrincipalTag/team}', 'blue', undefined, false],
  ['StringEquals', 'x-${aws:PrincipalTag/team}', 'x-blue', 'blue', true],
  ['StringEquals', ['red', '${aws:PrincipalTag/team}'], 'red', undefined, true],
  ['StringEquals', "${aws:PrincipalTag/team, 'none'}", 'none', undefined, true],
  ['StringEquals', '${*}', '*', undefined, true],
  ['StringEquals', '${*}', 'x', undefined, false],
  ['StringEqualsIgnoreCase', 'A${*}', 'a*', undefined, true],
  ['StringLike', '${aws:PrincipalTag/team}/*', 'blue/x', 'blue', true],
  ['StringLike', '${aws:PrincipalTag/team}/*', 'red/x', 'blue', false],
  ['StringLike', '${aws:PrincipalTag/team}', 'blue', '*', false],
  ['StringLike', 'a${*}*', 'a*b', undefined, true],
  ['StringLike', 'a${*}*', 'abb', undefined, false],
  ['StringNotEquals', '${aws:PrincipalTag/team}', 'red', 'blue', true],
  ['StringNotEquals', '${aws:PrincipalTag/team}', 'blue', 'blue', false],
  ['StringNotEquals', '${aws:PrincipalTag/team}', 'blue', undefined, false],
  ['StringEqualsIgnoreCase', '${aws:PrincipalTag/team}', 'BLUE', 'blue', true],
  ['StringNotLike', '${aws:PrincipalTag/team}*', 'bluest', 'blue', false],
];

/** Cases of policy variables, and of the version that has none. */
export const VARIABLES: readonly Case[] = [
  ...IN_RESOURCES.map(([written, path, context, is]): Case => {
    const request = { resource: `${BUCKET}${path}`, context };
    const identity = [allow({ Resource: `${BUCKET}${written}` })];
    return {
      rule: RULE,
      name: `${written} for ${path} and ${JSON.stringify(context)}`,
      request,
      identity,
      expect: is ? 'Allow' : 'ImplicitDeny',
    };
  }),
  ...IN_CONDITIONS.map(([operator, written, identity, team, is]): Case => {
    const context = { 'aws:SourceIdentity': identity, ...(team === undefined ? {} : { [TEAM]: team }) };
    return {
      rule: RULE,
      name: `${operator} ${JSON.stringify(written)} for ${identity} of team ${team ?? 'none'}`,
      request: { context },
      identity: [allow({ Condition: { [operator]: { 'aws:SourceIdentity': written } } })],
      expect: is ? 'Allow' : 'ImplicitDeny',
    };
  }),
  {
    rule: RULE,
    name: 'a user is named by aws:username',
    request: { principal: USER, resource: `${BUCKET}/home/ann/x` },
    identity: [allow({ Resource: `${BUCKET}/home/\${aws:username}/*` })],
    expect: 'Allow',
  },
  {
    rule: RULE,
    name: 'a session has no aws:username',
    request: { resource: `${BUCKET}/home/one/x` },
    identity: [allow({ Resource: `${BUCKET}/home/\${aws:username}/*` })],
    expect: 'ImplicitDeny',
  },
  {
    rule: RULE,
    name: 'a denial with a variable that the request cannot fill does not apply',
    identity: [allow(), deny({ Resource: `${BUCKET}/\${aws:username}/*` })],
    expect: 'Allow',
  },
  {
    rule: RULE,
    name: 'everything but a resource that cannot be named is nothing',
    identity: [allow({ Resource: undefined, NotResource: `${BUCKET}/\${aws:username}/*` })],
    expect: 'ImplicitDeny',
  },
  {
    rule: RULE,
    name: 'everything but the own folder',
    request: { context: { [TEAM]: 'blue' }, resource: `${BUCKET}/blue/x` },
    identity: [allow({ Resource: undefined, NotResource: `${BUCKET}/\${aws:PrincipalTag/team}/*` })],
    expect: 'ImplicitDeny',
  },
  {
    rule: 'Version: 2008-10-17 has no variables',
    name: 'a variable in a resource is text',
    version: '2008-10-17',
    request: { resource: `${BUCKET}/\${aws:username}/x`, principal: USER },
    identity: [allow({ Resource: `${BUCKET}/\${aws:username}/*` })],
    expect: 'Allow',
  },
  {
    rule: 'Version: 2008-10-17 has no variables',
    name: 'a variable in a resource is not filled in',
    version: '2008-10-17',
    request: { resource: `${BUCKET}/ann/x`, principal: USER },
    identity: [allow({ Resource: `${BUCKET}/\${aws:username}/*` })],
    expect: 'ImplicitDeny',
  },
  {
    rule: 'Version: 2008-10-17 has no variables',
    name: 'a variable in a condition is text',
    version: '2008-10-17',
    request: { context: { 'aws:SourceIdentity': '${aws:username}' } },
    identity: [allow({ Condition: { StringEquals: { 'aws:SourceIdentity': '${aws:username}' } } })],
    expect: 'Allow',
  },
];
