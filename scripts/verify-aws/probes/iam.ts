import { AssumeRoleCommand } from '@aws-sdk/client-sts';
import { sessionPolicy } from '../../../functions/domain/session-policy.ts';
import { simulate } from '../../doctor/roles.ts';
import { rolePath } from '../deployment.ts';
import { keysOf, makeRole, personTrust } from '../parts.ts';
import { had, holds, NotSeen, type Probe, probe } from '../probe.ts';
import type { RunSeen } from '../runs.ts';
import { actionOf } from './codebuild.ts';

const simulated = ['s3:DeleteObject implicitDeny true', 's3:GetObject allowed true', 's3:PutObject explicitDeny true'];

/** What IAM and STS answer the stack's functions. */
export const iamProbes: readonly Probe[] = [
  probe({
    id: 'iam-principal-arn',
    async look({ account, materials, names, seen }) {
      const ExternalId = `arn:aws:codepipeline:${account.region}:${account.account}:${names.site}`;
      const command = new AssumeRoleCommand({ RoleArn: materials.role, RoleSessionName: 'outsider', ExternalId });
      const outsider = await account.sts.send(command).then(
        () => 'let in',
        (error: Error) => error.name,
      );
      return { ...resultOf(seen.first, 'Extra'), outsider };
    },
    judge: ({ status, error, outsider }) =>
      holds(
        status === 'Succeeded' && outsider === 'AccessDenied',
        `a function's session: ${status}${error}; a caller outside role/sluice/: ${outsider}`,
      ),
  }),
  probe({
    id: 'iam-tag-session',
    look: ({ seen }) => resultOf(seen.first, 'Extra'),
    judge: ({ status, error }) => holds(status === 'Succeeded', `the role with the two statements: ${status}${error}`),
  }),
  probe({
    id: 'iam-role-chaining',
    look: ({ seen }) => resultOf(seen.first, 'Publish'),
    judge: ({ status, error }) => holds(status === 'Succeeded', `an action by a role of its own: ${status}${error}`),
  }),
  probe({
    id: 'iam-pipeline-roles',
    notLocal: 'the local stack has its PipelineRoles from its start',
    look: ({ seen }) => ({ inside: resultOf(seen.first, 'Extra'), outside: resultOf(seen.outside, 'Extra') }),
    judge: ({ inside, outside }) =>
      holds(
        inside.status === 'Succeeded' && outside.status === 'Failed' && /assume/i.test(outside.error),
        `a role of the path: ${inside.status}${inside.error}; one of another: ${outside.status}${outside.error}`,
      ),
  }),
  probe({
    id: 'iam-simulate',
    async look({ account, maker }) {
      const statements = [
        { Effect: 'Allow', Action: 's3:GetObject', Resource: '*' },
        { Effect: 'Deny', Action: 's3:PutObject', Resource: '*' },
      ];
      const trust = personTrust(account);
      const role = await makeRole(maker, { name: 'simulated', path: rolePath, trust, statements });
      const place = { account, accountId: account.account };
      const actions = ['s3:GetObject', 's3:PutObject', 's3:DeleteObject'];
      const decisions = await simulate(place, role, actions, `arn:aws:s3:::${role.split('/').at(-1)}/x`);
      return decisions.map(({ action, decision, withinBoundary }) => `${action} ${decision} ${withinBoundary}`);
    },
    judge: (decisions) =>
      holds(
        decisions.toSorted().join() === simulated.join(),
        `${decisions.join(', ')}: each action with its decision, and whether its boundary leaves it`,
      ),
  }),
  probe({
    id: 'sts-packed-size',
    async look({ account, maker, stack }) {
      const trust = personTrust(account);
      const role = await makeRole(maker, { name: 'packed', path: rolePath, trust, statements: [] });
      const bucket = stack.outputs['BucketName'] ?? '';
      const artifacts = Array.from({ length: 10 }, (_, index) => ({
        bucket,
        key: `${'p'.repeat(20)}/${'a'.repeat(10)}${index}/${String(index).repeat(12)}.zip`,
      }));
      const Policy = sessionPolicy({ partition: 'aws', stores: [bucket], artifacts, configuration: {} });
      const Tags = ['pipeline', 'run', 'action'].map((Key) => ({ Key, Value: `${Key}@._-`.padEnd(100, 'x') }));
      const { packed } = await keysOf(account, role, 'packed', { Policy, Tags });
      if (packed === undefined) throw new NotSeen('STS answered no PackedPolicySize');
      return { packed };
    },
    judge: ({ packed }) => holds(packed <= 100, `${packed} % of what STS takes`),
  }),
  probe({
    id: 'sts-session-names',
    look: ({ names, seen }) => ({ name: names.site, ...resultOf(seen.first, 'Extra') }),
    judge: ({ name, status, error }) =>
      holds(
        status === 'Succeeded',
        `a pipeline of ${name.length} characters, '${name.slice(0, 30)}…': ${status}${error}`,
      ),
  }),
];

/** What an action came to, with its error if it has one. */
function resultOf(run: RunSeen | undefined, name: string): { readonly status: string; readonly error: string } {
  const { status, output } = actionOf(had(run, 'the run'), name);
  const error = output?.executionResult?.errorDetails;
  return { status, error: error === undefined ? '' : ` (${error.code}: ${error.message})` };
}
