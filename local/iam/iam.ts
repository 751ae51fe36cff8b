import type { ResourceHandler, StackContext } from '../service.ts';
import { type Alarm, alarmHandler } from './alarms.ts';
import { aliasHandler, keyHandler } from './keys.ts';
import { type DeclaredPolicy, inlinePolicyHandler, managedPolicyHandler } from './policies.ts';
import { type DeclaredRole, type Role, type RolePolicy, roleHandler } from './roles.ts';

/** The roles, policies, keys and alarms of the template. They are read from it at every start, so that nothing of them is kept on disk. */
export interface Iam {
  /** By CloudFormation type. */
  readonly resources: Readonly<Record<string, ResourceHandler>>;
  /** The roles by ARN, with every policy that the template gives them, wherever it is declared. */
  roles(): ReadonlyMap<string, Role>;
  alarms(): ReadonlyMap<string, Alarm>;
}

export function openIam(context: StackContext): Iam {
  const roles = new Map<string, DeclaredRole>();
  const policies: DeclaredPolicy[] = [];
  const alarms = new Map<string, Alarm>();
  const keepPolicy = (policy: DeclaredPolicy): void => {
    policies.push(policy);
  };
  return {
    resources: {
      'AWS::IAM::Role': roleHandler(context, (role) => roles.set(role.arn, role)),
      'AWS::IAM::ManagedPolicy': managedPolicyHandler(context, keepPolicy),
      'AWS::IAM::Policy': inlinePolicyHandler(keepPolicy),
      'AWS::KMS::Key': keyHandler(context),
      'AWS::KMS::Alias': aliasHandler,
      'AWS::CloudWatch::Alarm': alarmHandler(context, (alarm) => alarms.set(alarm.arn, alarm)),
    },
    roles: () => new Map([...roles].map(([arn, role]) => [arn, withPolicies(role, policies)])),
    alarms: () => alarms,
  };
}

function withPolicies({ inline, managed, ...role }: DeclaredRole, all: readonly DeclaredPolicy[]): Role {
  const has = ({ arn, roles }: DeclaredPolicy): boolean =>
    roles.includes(role.name) || (arn !== undefined && managed.includes(arn));
  const attached: readonly RolePolicy[] = all.filter(has).map(({ name, document }) => ({ name, document }));
  const declared = new Set(all.map(({ arn }) => arn));
  return {
    ...role,
    policies: [...inline, ...attached],
    otherManagedPolicies: managed.filter((arn) => !declared.has(arn)),
  };
}
