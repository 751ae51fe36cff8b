import { CreatePipelineCommand, GetPipelineStateCommand, type PipelineDeclaration } from '@aws-sdk/client-codepipeline';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { administrator } from '../../local/sample/connection.ts';
import { pipelineTrust, policy } from '../../local/sample/roles.ts';
import { waitFor } from '../../scripts/walk/wait-for.ts';
import { buildWithNoOp, noOpAction } from '../no-op/build.ts';
import { keysOf } from './role-keys.ts';
import { declare, startTestStack, type TestStack } from './stack.ts';

let test: TestStack;
/** The names of the roles with which functions have called. */
const functionRoles = new Set<string>();
beforeAll(async () => {
  const observe = ({ caller }: { caller: { arn: string } }) => {
    const [, name = ''] = /:assumed-role\/([^/]*Function[^/]*)\//.exec(caller.arn) ?? [];
    functionRoles.add(name);
  };
  test = await startTestStack({ functions: await buildWithNoOp(), observe });
});
afterAll(() => test?.close());

const everything = { Effect: 'Allow', Action: '*', Resource: '*' };
const source: PipelineDeclaration['stages'] = [
  {
    name: 'Source',
    actions: [
      {
        name: 'Fetch',
        actionTypeId: { category: 'Source', owner: 'AWS', provider: 'S3', version: '1' },
        configuration: { S3Bucket: 'nobody-made-it', S3ObjectKey: 'site.zip', PollForSourceChanges: 'false' },
        outputArtifacts: [{ name: 'Site' }],
      },
    ],
  },
  { name: 'Do', actions: [noOpAction('It')] },
];

/** Runs a pipeline with this role; answers why its source failed. */
async function failureOf(name: string, roleArn: string): Promise<string> {
  const pipeline = { ...declare(test.stack, name, source), roleArn };
  await test.client.send(new CreatePipelineCommand({ pipeline }));
  return waitFor(`the failed source of ${name}`, async () => {
    const { stageStates = [] } = await test.client.send(new GetPipelineStateCommand({ name }));
    return stageStates[0]?.actionStates?.[0]?.latestExecution?.errorDetails?.message;
  });
}

/** Tries to become a role, with keys of one's own. */
function becoming(RoleArn: string, credentials: typeof administrator, more: object = {}): Promise<string> {
  const { endpoint, region } = test.stack;
  const sts = new STSClient({ endpoint, region, credentials, maxAttempts: 1 });
  return sts.send(new AssumeRoleCommand({ RoleArn, RoleSessionName: 'try', ...more })).then(
    () => 'done',
    (error: Error) => error.name,
  );
}

describe('C27 a role of a pipeline', () => {
  it('is not assumed for a pipeline whose ARN its trust does not name as ExternalId', async () => {
    const roleArn = test.stack.putRole({
      name: 'for-payments',
      trust: pipelineTrust(test.stack, 'payments'),
      policies: { all: policy(everything) },
    });

    const refused = await failureOf('confused-deputy', roleArn);
    const admitted = await failureOf('payments', roleArn);

    expect(refused).toMatch(/not authorized to perform: sts:AssumeRole on resource: .*role\/for-payments/);
    expect(admitted).not.toContain('sts:AssumeRole');
    expect(admitted).toContain('nobody-made-it');
  });

  it('is not assumed in another account, whatever the trust there says', async () => {
    const refused = await failureOf('elsewhere', 'arn:aws:iam::111111111111:role/pipelines');

    expect(refused).toMatch(
      /not authorized to perform: sts:AssumeRole on resource: arn:aws:iam::111111111111:role\/pipelines because no identity-based policy allows/,
    );
  });

  it('cannot be a role of Sluice itself', async () => {
    const api = [...functionRoles].find((name) => name.includes('ApiFunction')) ?? '';
    const roleArn = (test.stack.outputs['FunctionRoles'] ?? '').replace('*', api);

    const refused = await failureOf('own-role', roleArn);

    expect(api).not.toBe('');
    expect(refused).toContain(`not authorized to perform: sts:AssumeRole on resource: ${roleArn}`);
  });

  it('is assumed by Sluice alone: not by a person with all rights, nor with the right ExternalId', async () => {
    const { account, region } = test.stack;
    const person = await keysOf(test.stack, 'person', everything);
    const ExternalId = `arn:aws:codepipeline:${region}:${account}:payments`;
    const pipelines = `arn:aws:iam::${account}:role/pipelines`;

    expect(await becoming(pipelines, person)).toBe('AccessDenied');
    expect(await becoming(pipelines, person, { ExternalId })).toBe('AccessDenied');
    expect(await becoming(pipelines, administrator, { ExternalId })).toBe('AccessDenied');
  });
});
