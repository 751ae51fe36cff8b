import { type Evaluated, type Evaluation, evaluate } from '../../../../local/iam/evaluate/evaluate.ts';
import { type Policy, readPolicy } from '../../../../local/iam/evaluate/policy.ts';
import type { Principal } from '../../../../local/iam/evaluate/principal.ts';
import type { PolicyKind } from '../../../../local/iam/evaluate/statement.ts';

export type Decision = Evaluation['decision'];
type Statements = readonly object[];

/** A request, the policies that bear on it, and what AWS's documentation says of it. */
export interface Case {
  /** The page or heading of AWS's documentation that the rule is from. */
  readonly rule: string;
  readonly name: string;
  /** What differs from a session that reads an object of a bucket of its account. */
  readonly request?: Partial<Pick<Evaluated, 'principal' | 'action' | 'resource' | 'resourceAccount' | 'context'>>;
  readonly identity?: Statements;
  readonly session?: Statements;
  readonly boundary?: Statements;
  readonly resource?: Statements;
  readonly key?: Statements;
  readonly trust?: Statements;
  readonly version?: '2012-10-17' | '2008-10-17';
  readonly expect: Decision;
  /** The kind of policy that decided, or that lacks the permission. */
  readonly by?: PolicyKind;
}

export const ACCOUNT = '123456789012';
export const STRANGERS = '999999999999';
export const BUCKET = 'arn:aws:s3:::artifacts';
export const OBJECT = 'arn:aws:s3:::artifacts/hello/source.zip';
export const KEY = `arn:aws:kms:eu-west-1:${ACCOUNT}:key/1234`;
export const QUEUE = `arn:aws:sqs:eu-west-1:${ACCOUNT}:dead-letters`;
export const TABLE = `arn:aws:dynamodb:eu-west-1:${ACCOUNT}:table/runs`;
export const ROLE = `arn:aws:iam::${ACCOUNT}:role/app/worker`;
export const SESSION_ARN = `arn:aws:sts::${ACCOUNT}:assumed-role/worker/one`;
export const USER_ARN = `arn:aws:iam::${ACCOUNT}:user/ann`;
export const ROOT_ARN = `arn:aws:iam::${ACCOUNT}:root`;

export const SESSION: Principal = { type: 'AssumedRole', account: ACCOUNT, roleArn: ROLE, arn: SESSION_ARN };
export const OTHER_SESSION: Principal = {
  ...SESSION,
  arn: `arn:aws:sts::${ACCOUNT}:assumed-role/worker/two`,
} as Principal;
export const USER: Principal = { type: 'User', account: ACCOUNT, arn: USER_ARN };
export const ROOT: Principal = { type: 'Account', account: ACCOUNT, arn: ROOT_ARN };
export const ANYBODY: Principal = { type: 'Anonymous' };
export const STRANGER: Principal = {
  type: 'AssumedRole',
  account: STRANGERS,
  roleArn: `arn:aws:iam::${STRANGERS}:role/far`,
  arn: `arn:aws:sts::${STRANGERS}:assumed-role/far/one`,
};

export function service(name: string): Principal {
  return { type: 'Service', service: name };
}

/** An Allow of everything; `other` elements take the place of its own. */
export function allow(other: object = {}): object {
  return { Effect: 'Allow', Action: '*', Resource: '*', ...other };
}

export function deny(other: object = {}): object {
  return { Effect: 'Deny', Action: '*', Resource: '*', ...other };
}

/** The request and its policies as they are evaluated. */
export function evaluated(given: Case): Evaluated {
  const { version = '2012-10-17', request = {} } = given;
  const read = (kind: PolicyKind, statements: Statements): Policy =>
    readPolicy(kind, kind, { Version: version, Statement: statements });
  const resourcePolicy =
    (given.resource && read('resource', given.resource)) ??
    (given.key && read('key', given.key)) ??
    (given.trust && read('trust', given.trust));
  return {
    principal: SESSION,
    action: 's3:GetObject',
    resource: OBJECT,
    ...request,
    identityPolicies: given.identity ? [read('identity', given.identity)] : [],
    ...(given.session ? { sessionPolicies: [read('session', given.session)] } : {}),
    ...(given.boundary ? { permissionsBoundary: read('boundary', given.boundary) } : {}),
    ...(resourcePolicy ? { resourcePolicy } : {}),
  };
}

export function judged(given: Case): Evaluation {
  return evaluate(evaluated(given));
}
