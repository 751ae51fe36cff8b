import { ServiceError, type StackContext } from '../service.ts';
import { uniqueId } from '../unique-id.ts';
import type { AccountRole, AccountRoles } from './account-roles.ts';
import type { Iam } from './iam.ts';
import type { Elements } from './xml.ts';

/** What an operation of IAM works with. */
export interface Call {
  readonly form: URLSearchParams;
  readonly context: StackContext;
  readonly roles: AccountRoles;
  readonly iam: Pick<Iam, 'roles' | 'role'>;
}

/** Answers with the elements of `<OPERATIONResult>`. */
export type Operation = (call: Call) => Elements;

const AN_HOUR = 3600;

/** CreateRole: refuses a trust policy that cannot be evaluated. */
export const createRole: Operation = ({ form, context, roles, iam }) => {
  const name = text(form, 'RoleName');
  const path = form.get('Path') ?? '/';
  if (!/^[\w+=,.@-]{1,64}$/.test(name)) throw new ServiceError('ValidationError', `${name} is no name of a role.`);
  if (!/^\/([\x21-\x7e]+\/)?$/.test(path)) throw new ServiceError('ValidationError', `${path} is no path of a role.`);
  if (roles.get(name) ?? inTemplate(iam, name)) {
    throw new ServiceError('EntityAlreadyExists', `Role with name ${name} already exists.`, 409);
  }
  const [boundary, description] = [form.get('PermissionsBoundary'), form.get('Description')];
  const role: AccountRole = {
    name,
    path,
    trust: json(text(form, 'AssumeRolePolicyDocument')),
    policies: {},
    managed: [],
    maxSessionSeconds: Number(form.get('MaxSessionDuration') ?? AN_HOUR),
    created: context.clock.now(),
    ...(boundary === null ? {} : { boundary }),
    ...(description === null ? {} : { description }),
  };
  roles.put(role);
  return { Role: shown(roles, role) };
};

/** GetRole: a role that was made, or one of the template. */
export const getRole: Operation = ({ form, roles, iam }) => {
  const name = text(form, 'RoleName');
  const made = roles.get(name);
  if (made !== undefined) return { Role: shown(roles, made) };
  const role = inTemplate(iam, name);
  if (role === undefined) throw notThere(name);
  const { arn, id, path, trust } = role;
  const document = encodeURIComponent(JSON.stringify(trust));
  return { Role: { Path: path, RoleName: name, RoleId: id, Arn: arn, AssumeRolePolicyDocument: document } };
};

/** ListRoles: those that were made, by name. */
export const listRoles: Operation = ({ roles }) => ({
  Roles: roles.all().map((role) => shown(roles, role)),
  IsTruncated: 'false',
});

/** DeleteRole: its policies must be gone. */
export const deleteRole: Operation = (call) => {
  const role = madeRole(call);
  if (role.managed.length > 0 || Object.keys(role.policies).length > 0) {
    throw new ServiceError('DeleteConflict', 'Cannot delete entity, must delete policies first.', 409);
  }
  call.roles.remove(role.name);
  return {};
};

/** UpdateAssumeRolePolicy. */
export const updateAssumeRolePolicy: Operation = (call) => {
  call.roles.put({ ...madeRole(call), trust: json(text(call.form, 'PolicyDocument')) });
  return {};
};

/** The role that a call names; those of the template change with the template alone. */
export function madeRole({ form, roles, iam }: Call): AccountRole {
  const name = text(form, 'RoleName');
  const role = roles.get(name);
  if (role !== undefined) return role;
  if (inTemplate(iam, name) === undefined) throw notThere(name);
  throw new ServiceError('UnmodifiableEntity', `The role ${name} is of the template: change it there.`);
}

/** A parameter that must be there. */
export function text(form: URLSearchParams, name: string): string {
  const value = form.get(name);
  if (value !== null && value !== '') return value;
  throw new ServiceError('ValidationError', `The parameter ${name} is missing.`);
}

/** A policy's text, when it is JSON. */
export function json(document: string): string {
  try {
    JSON.parse(document);
    return document;
  } catch {
    throw new ServiceError('MalformedPolicyDocument', 'This policy contains invalid Json');
  }
}

export function noPolicy(name: string): ServiceError {
  return new ServiceError('NoSuchEntity', `The role policy with name ${name} cannot be found.`, 404);
}

function notThere(name: string): ServiceError {
  return new ServiceError('NoSuchEntity', `The role with name ${name} cannot be found.`, 404);
}

function inTemplate(iam: Pick<Iam, 'roles'>, name: string) {
  return [...iam.roles().values()].find((role) => role.name === name);
}

function shown(roles: AccountRoles, role: AccountRole): Elements {
  const arn = roles.arn(role);
  return {
    Path: role.path,
    RoleName: role.name,
    RoleId: uniqueId('AROA', arn),
    Arn: arn,
    CreateDate: new Date(role.created).toISOString(),
    AssumeRolePolicyDocument: encodeURIComponent(role.trust),
    Description: role.description,
    MaxSessionDuration: String(role.maxSessionSeconds),
  };
}
