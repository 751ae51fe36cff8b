import {
  CreatePipelineCommand,
  GetPipelineExecutionCommand,
  ListActionExecutionsCommand,
  PutActionRevisionCommand,
} from '@aws-sdk/client-codepipeline';
import { CreateBucketCommand, PutBucketVersioningCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { administrator } from '../../local/sample/connection.ts';
import { buildWithNoOp, noOpAction } from '../no-op/build.ts';
import { declare, endOf, startTestStack, type TestStack } from './stack.ts';

const Bucket = 'revisions-source';

let test: TestStack;
let versions: readonly string[];
beforeAll(async () => {
  test = await startTestStack({ functions: await buildWithNoOp() });
  const { endpoint, region } = test.stack;
  const s3 = new S3Client({ endpoint, region, credentials: administrator, forcePathStyle: true });
  await s3.send(new CreateBucketCommand({ Bucket }));
  await s3.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: 'Enabled' } }));
  const put = async (Body: string) =>
    (await s3.send(new PutObjectCommand({ Bucket, Key: 'source.zip', Body }))).VersionId ?? '';
  versions = [await put('first'), await put('second'), await put('third')];
  s3.destroy();
  const source = {
    name: 'Source',
    actions: [
      {
        name: 'Fetch',
        actionTypeId: { category: 'Source' as const, owner: 'AWS' as const, provider: 'S3', version: '1' },
        configuration: { S3Bucket: Bucket, S3ObjectKey: 'source.zip', PollForSourceChanges: 'false' },
        outputArtifacts: [{ name: 'Source' }],
      },
    ],
  };
  const stages = [source, { name: 'Do', actions: [noOpAction('Do')] }];
  await test.client.send(new CreatePipelineCommand({ pipeline: declare(test.stack, 'revised', stages) }));
});
afterAll(() => test?.close());

const place = { pipelineName: 'revised', stageName: 'Source', actionName: 'Fetch' };

async function put(revisionId: string, more: Partial<typeof place> = {}) {
  const actionRevision = { revisionId, revisionChangeId: 'change', created: new Date() };
  const { newRevision, pipelineExecutionId = '' } = await test.client.send(
    new PutActionRevisionCommand({ ...place, ...more, actionRevision }),
  );
  return { newRevision, pipelineExecutionId };
}

describe('PutActionRevision', () => {
  it('starts a run that fetches the revision, though it is not the newest', async () => {
    const { newRevision, pipelineExecutionId } = await put(versions[0] ?? '');

    expect(newRevision).toBe(true);
    expect(await endOf(test.client, 'revised', pipelineExecutionId)).toBe('Succeeded');
    const { pipelineExecution } = await test.client.send(
      new GetPipelineExecutionCommand({ pipelineName: 'revised', pipelineExecutionId }),
    );
    expect(pipelineExecution?.trigger?.triggerType).toBe('PutActionRevision');
    expect(pipelineExecution?.artifactRevisions).toMatchObject([{ name: 'Source', revisionId: versions[0] }]);
    const { actionExecutionDetails = [] } = await test.client.send(
      new ListActionExecutionsCommand({ pipelineName: 'revised', filter: { pipelineExecutionId } }),
    );
    const fetched = actionExecutionDetails.find(({ actionName }) => actionName === 'Fetch');
    expect(fetched?.output?.outputVariables?.['VersionId']).toBe(versions[0]);
  });

  it('starts one run for a revision that is reported many times at once, and later again', async () => {
    const answers = await Promise.all(Array.from({ length: 20 }, () => put(versions[1] ?? '')));
    const later = await put(versions[1] ?? '');

    expect(answers.filter(({ newRevision }) => newRevision)).toHaveLength(1);
    expect(later.newRevision).toBe(false);
    expect(new Set([...answers, later].map(({ pipelineExecutionId }) => pipelineExecutionId)).size).toBe(1);
  });

  it.each([
    ['PipelineNotFoundException', { pipelineName: 'nobody' }],
    ['StageNotFoundException', { stageName: 'Nobody' }],
    ['ActionNotFoundException', { actionName: 'Nobody' }],
    ['ActionNotFoundException', { stageName: 'Do', actionName: 'Do' }],
  ])('answers %s for %j', async (name, other) => {
    await expect(put('r', other)).rejects.toMatchObject({ name });
  });
});
