import { json, madeRole, noPolicy, type Operation, text } from './role-operations.ts';

/** PutRolePolicy: an inline policy, new or changed; refuses one that cannot be evaluated. */
export const putRolePolicy: Operation = (call) => {
  const role = madeRole(call);
  const document = json(text(call.form, 'PolicyDocument'));
  call.roles.put({ ...role, policies: { ...role.policies, [text(call.form, 'PolicyName')]: document } });
  return {};
};

/** GetRolePolicy. */
export const getRolePolicy: Operation = (call) => {
  const { name, policies } = madeRole(call);
  const policy = text(call.form, 'PolicyName');
  const document = Object.hasOwn(policies, policy) ? policies[policy] : undefined;
  if (document === undefined) throw noPolicy(policy);
  return { RoleName: name, PolicyName: policy, PolicyDocument: encodeURIComponent(document) };
};

/** DeleteRolePolicy. */
export const deleteRolePolicy: Operation = (call) => {
  const role = madeRole(call);
  const policy = text(call.form, 'PolicyName');
  const { [policy]: removed, ...policies } = role.policies;
  if (removed === undefined) throw noPolicy(policy);
  call.roles.put({ ...role, policies });
  return {};
};

/** ListRolePolicies: names of the inline policies. */
export const listRolePolicies: Operation = (call) => ({
  PolicyNames: Object.keys(madeRole(call).policies),
  IsTruncated: 'false',
});

/** AttachRolePolicy: refuses a managed policy whose text nobody here knows. */
export const attachRolePolicy: Operation = (call) => {
  const role = madeRole(call);
  const arn = text(call.form, 'PolicyArn');
  if (role.managed.includes(arn)) return {};
  call.roles.put({ ...role, managed: [...role.managed, arn] });
  try {
    call.iam.role(call.roles.arn(role));
  } catch (error) {
    call.roles.put(role);
    throw error;
  }
  return {};
};

/** DetachRolePolicy. */
export const detachRolePolicy: Operation = (call) => {
  const role = madeRole(call);
  const arn = text(call.form, 'PolicyArn');
  if (!role.managed.includes(arn)) throw noPolicy(arn);
  call.roles.put({ ...role, managed: role.managed.filter((other) => other !== arn) });
  return {};
};

/** ListAttachedRolePolicies. */
export const listAttachedRolePolicies: Operation = (call) => ({
  AttachedPolicies: madeRole(call).managed.map((arn) => ({
    PolicyName: arn.slice(arn.lastIndexOf('/') + 1),
    PolicyArn: arn,
  })),
  IsTruncated: 'false',
});
