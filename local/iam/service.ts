import { type AccessReader, formMembers } from '../access.ts';
import { readBody, type Service, ServiceError, type StackContext } from '../service.ts';
import { AccountRoles } from './account-roles.ts';
import { type Iam, openIam } from './iam.ts';
import {
  createRole,
  deleteRole,
  getRole,
  listRoles,
  type Operation,
  text,
  updateAssumeRolePolicy,
} from './role-operations.ts';
import {
  attachRolePolicy,
  deleteRolePolicy,
  detachRolePolicy,
  getRolePolicy,
  listAttachedRolePolicies,
  listRolePolicies,
  putRolePolicy,
} from './role-policy-operations.ts';
import { simulatePrincipalPolicy } from './simulate.ts';
import { responseXml } from './xml.ts';

const OPERATIONS: Readonly<Record<string, Operation>> = {
  AttachRolePolicy: attachRolePolicy,
  CreateRole: createRole,
  DeleteRole: deleteRole,
  DeleteRolePolicy: deleteRolePolicy,
  DetachRolePolicy: detachRolePolicy,
  GetRole: getRole,
  GetRolePolicy: getRolePolicy,
  ListAttachedRolePolicies: listAttachedRolePolicies,
  ListRolePolicies: listRolePolicies,
  ListRoles: listRoles,
  PutRolePolicy: putRolePolicy,
  SimulatePrincipalPolicy: simulatePrincipalPolicy,
  UpdateAssumeRolePolicy: updateAssumeRolePolicy,
};

/** IAM: the template's roles and policies, and an API for the roles of pipelines and builds, which no template makes. */
export interface IamService extends Service, Iam {
  /** Makes a role with inline policies, or brings it to them; answers its ARN. */
  putRole(role: NewRole): string;
}

/** A role as a program of the stack gives it. */
export interface NewRole {
  readonly name: string;
  readonly trust: object;
  /** Inline policies by name. */
  readonly policies: Readonly<Record<string, object>>;
}

/** Opens IAM over `<dir>/iam`. */
export function openIamService(context: StackContext): IamService {
  const roles = new AccountRoles(context);
  const iam = openIam(context, (arn) => roles.declared(arn));
  return {
    ...iam,
    signingName: 'iam',
    access: accessOf(context, roles, iam),
    async handle({ body, query, requestId }) {
      const form = new URLSearchParams((await readBody(body)).toString());
      for (const [name, value] of query) form.append(name, value);
      const name = form.get('Action') ?? '';
      const operation = Object.hasOwn(OPERATIONS, name) ? OPERATIONS[name] : undefined;
      if (operation === undefined) {
        const message = `The local stack has no IAM operation ${name}. Set AWS_ENDPOINT_URL_IAM to use another endpoint.`;
        throw new ServiceError('InvalidAction', message);
      }
      const result = operation({ form, context, roles, iam });
      return { status: 200, headers: { 'content-type': 'text/xml' }, body: responseXml(name, result, requestId) };
    },
    putRole({ name, trust, policies }) {
      const before = roles.get(name);
      const texts = Object.entries(policies).map(([policy, document]) => [policy, JSON.stringify(document)]);
      const role = { name, path: '/', trust: JSON.stringify(trust), policies: Object.fromEntries(texts) };
      const created = before?.created ?? context.clock.now();
      roles.put({ ...role, managed: [], maxSessionSeconds: 3600, created });
      return roles.arn(role);
    },
    close: () => roles.close(),
  };
}

/** What a request asks for: its action on the role that it names. */
function accessOf({ account, partition }: StackContext, roles: AccountRoles, iam: Iam): AccessReader {
  return (call) => {
    const form = formMembers(call);
    const name = form.get('Action') ?? '';
    if (!Object.hasOwn(OPERATIONS, name)) return [];
    const action = `iam:${name}`;
    const prefix = `arn:${partition}:iam::${account}:role`;
    if (name === 'ListRoles') return [{ action, resource: '*' }];
    if (name === 'SimulatePrincipalPolicy') return [{ action, resource: text(form, 'PolicySourceArn') }];
    const role = text(form, 'RoleName');
    const made = roles.get(role) ?? [...iam.roles().values()].find((other) => other.name === role);
    const boundary = form.get('PermissionsBoundary');
    const policy = form.get('PolicyArn');
    return [
      {
        action,
        resource: `${prefix}${made?.path ?? form.get('Path') ?? '/'}${role}`,
        context: {
          ...(boundary === null ? {} : { 'iam:PermissionsBoundary': boundary }),
          ...(policy === null ? {} : { 'iam:PolicyARN': policy }),
        },
      },
    ];
  };
}
