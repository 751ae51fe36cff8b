import { Sha256 } from '@aws-crypto/sha256-js';
import {
  CreatePipelineCommand,
  ListActionExecutionsCommand,
  type PipelineDeclaration,
  StartPipelineExecutionCommand,
} from '@aws-sdk/client-codepipeline';
import { CreateBucketCommand, PutBucketVersioningCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { SignatureV4 } from '@smithy/signature-v4';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import model from '../../functions/api/codepipeline-model.json' with { type: 'json' };
import { operations as built } from '../../functions/api/operations.ts';
import { administrator } from '../../local/sample/connection.ts';
import { waitFor } from '../../scripts/walk/wait-for.ts';
import { operations } from '../api/model-inputs.ts';
import { type WaitingRun, waitingRun } from '../end-to-end/approval-run.ts';
import { declare, endOf, startTestStack, type TestStack } from '../end-to-end/stack.ts';
import { buildWithNoOp, noOpAction } from '../no-op/build.ts';
import { cases } from './cases.ts';
import { judge } from './judge.ts';
import { faultsOf } from './output-shape.ts';
import { declaration } from './sample.ts';
import { errorOf, type ProtocolName, protocolNames, readAnswer, requestFor, type WireAnswer } from './wire.ts';

const modelOperations = model.operations as Readonly<Record<string, { input: string | null; output: string | null }>>;
const builtNames = Object.keys(built);
const run = { name: '', id: '', deployment: '' };
const waiting: Partial<Record<ProtocolName, WaitingRun>> = {};
let sent = 0;
let running: TestStack;

beforeAll(async () => {
  running = await startTestStack({ functions: await buildWithNoOp() });
  for (const protocol of protocolNames) waiting[protocol] = await waitingRun(running, `waits-${protocol}`);
  Object.assign(run, await finishedRun());
});
afterAll(async () => {
  console.info(`Conformance: ${sent} signed requests to a stack.`);
  await running?.close();
});

/** A run that took an object from one bucket to another, and had variables. */
async function finishedRun(): Promise<typeof run> {
  const { stack, client } = running;
  const credentials = administrator;
  const s3 = new S3Client({ endpoint: stack.endpoint, region: stack.region, credentials, forcePathStyle: true });
  for (const Bucket of ['a-source', 'a-site']) await s3.send(new CreateBucketCommand({ Bucket }));
  const versioned = { Bucket: 'a-source', VersioningConfiguration: { Status: 'Enabled' as const } };
  await s3.send(new PutBucketVersioningCommand(versioned));
  await s3.send(new PutObjectCommand({ Bucket: 'a-source', Key: 'site.zip', Body: 'Hello.' }));
  s3.destroy();
  const [source, , deploy] = declaration('ran').stages as NonNullable<PipelineDeclaration['stages']>;
  const [publish] = deploy?.actions ?? [];
  const configuration = { BucketName: 'a-site', Extract: 'false', ObjectKey: 'site.zip' };
  const stages = [
    source,
    { name: 'Use', actions: [{ ...noOpAction('Do', 1, { Value: '#{variables.who}' }), namespace: 'Used' }] },
    { name: 'Deploy', actions: [{ ...publish, configuration }] },
  ] as NonNullable<PipelineDeclaration['stages']>;
  const variables = [{ name: 'who', defaultValue: 'nobody', description: 'Who.' }];
  const pipeline = { ...declare(stack, 'ran', stages), pipelineType: 'V2' as const, variables };
  const tags = [{ key: 'team', value: 'web' }];
  await client.send(new CreatePipelineCommand({ pipeline, tags }));
  const { pipelineExecutionId: id = '' } = await client.send(new StartPipelineExecutionCommand({ name: 'ran' }));
  expect(await endOf(client, 'ran', id)).toBe('Succeeded');
  const { actionExecutionDetails: [last] = [] } = await client.send(
    new ListActionExecutionsCommand({ pipelineName: 'ran', filter: { pipelineExecutionId: id } }),
  );
  return { name: 'ran', id, deployment: last?.actionExecutionId ?? '' };
}

async function send(
  operation: string,
  input: unknown,
  protocol: ProtocolName,
  credentials = administrator,
): Promise<WireAnswer> {
  const { path, headers, body } = requestFor(operation, input, protocol, modelOperations[operation]?.input ?? null);
  const { hostname, port, host } = new URL(running.stack.endpoint);
  const signer = new SignatureV4({
    credentials,
    region: running.stack.region,
    service: 'codepipeline',
    sha256: Sha256,
  });
  return waitFor(`an answer of ${operation} that is not throttled`, async () => {
    const plain = { method: 'POST', protocol: 'http:', hostname, port: Number(port), path, query: {}, body };
    const signed = await signer.sign({ ...plain, headers: { host, ...headers } });
    const response = await fetch(`${running.stack.endpoint}${path}`, {
      method: 'POST',
      headers: signed.headers,
      body: new Uint8Array(body),
    });
    const bytes = Buffer.from(await response.arrayBuffer());
    if (response.status === 429) return undefined;
    sent++;
    return readAnswer(response.status, (name) => response.headers.get(name) ?? undefined, bytes);
  });
}

describe.each(protocolNames)('over %s', (protocol) => {
  /** What each operation is asked for so that it has much to answer. Those that change something come last. */
  const asked = (): readonly (readonly [operation: string, input: object])[] => {
    const { pipeline: pipelineName = '', token = '' } = waiting[protocol] ?? {};
    const latest = { pipelineExecutionId: run.id, startTimeRange: 'Latest' };
    const { name, id: pipelineExecutionId } = run;
    const made = declare(
      running.stack,
      `made-${protocol}`,
      declaration('made').stages as PipelineDeclaration['stages'],
    );
    return [
      ['ListPipelines', { maxResults: 1 }],
      ['ListPipelines', {}],
      ['GetPipeline', { name }],
      ['GetPipeline', { name, version: 1 }],
      ['GetPipelineState', { name }],
      ['GetPipelineState', { name: pipelineName }],
      ['GetPipelineExecution', { pipelineName: name, pipelineExecutionId }],
      ['ListPipelineExecutions', { pipelineName: name, maxResults: 1 }],
      ['ListPipelineExecutions', { pipelineName: name, filter: { succeededInStage: { stageName: 'Deploy' } } }],
      ['ListActionExecutions', { pipelineName: name }],
      ['ListActionExecutions', { pipelineName }],
      ['ListActionExecutions', { pipelineName: name, filter: { latestInPipelineExecution: latest }, maxResults: 1 }],
      ['ListRuleExecutions', { pipelineName: name, filter: { pipelineExecutionId } }],
      ['ListDeployActionExecutionTargets', { pipelineName: name, actionExecutionId: run.deployment }],
      ['PutApprovalResult', { ...place(pipelineName), token, result: { status: 'Approved', summary: 'Good.' } }],
      ['CreatePipeline', { pipeline: made, tags: [{ key: 'team', value: 'web' }] }],
      ['UpdatePipeline', { pipeline: made }],
      ['StartPipelineExecution', { name: made.name, clientRequestToken: 'one' }],
      ['DeletePipeline', { name: made.name }],
    ];
  };
  const place = (pipelineName: string) => ({ pipelineName, stageName: 'Approve', actionName: 'Review' });

  test('every answer has the shape of its operation', async () => {
    const found: object[] = [];
    const full = new Map<string, number>();

    for (const [operation, input] of asked()) {
      const answer = await send(operation, input, protocol);
      const faults = faultsOf(modelOperations[operation]?.output ?? null, answer.value, protocol);
      full.set(operation, Math.max(full.get(operation) ?? 0, JSON.stringify(answer.value).length));
      if (answer.status !== 200 || faults.length > 0) found.push({ operation, input, status: answer.status, faults });
    }

    expect(found).toEqual([]);
    for (const operation of ['GetPipelineState', 'ListActionExecutions', 'GetPipelineExecution'])
      expect(full.get(operation)).toBeGreaterThan(400);
    const unasked = builtNames.filter((operation) => !full.has(operation));
    if (unasked.length > 0) console.info(`Conformance: no success was asked of ${unasked.join(', ')}.`);
  });

  test.each(['Source', 'Use', 'Deploy'])(
    'a run is listed among those that succeeded in its stage %s',
    async (stageName) => {
      const input = { pipelineName: run.name, filter: { succeededInStage: { stageName } } };

      const { value } = await send('ListPipelineExecutions', input, protocol);

      expect(value).toMatchObject({ pipelineExecutionSummaries: [{ pipelineExecutionId: run.id }, {}] });
    },
  );

  test.each(operations)('$operation answers one case of each kind', async ({ operation }) => {
    const ofOperation = cases.filter((each) => each.operation === operation);
    const kinds = [...new Set(ofOperation.map(({ kind }) => kind))];
    const one = kinds.flatMap((kind) => ofOperation.find((each) => each.kind === kind) ?? []);
    const found: object[] = [];

    for (const each of one) {
      const faults = judge(each, protocol, await send(operation, each.input, protocol));
      if (faults.length > 0) found.push({ kind: each.kind, faults });
    }

    expect(found).toEqual([]);
  });

  test.each([
    {
      of: 'a key that nobody has',
      credentials: { accessKeyId: 'nobody', secretAccessKey: 'test' },
      code: 'UnrecognizedClientException',
    },
    {
      of: 'a wrong secret',
      credentials: { accessKeyId: 'test', secretAccessKey: 'wrong' },
      code: 'InvalidSignatureException',
    },
  ])('a signature of $of is refused before anything is read of the body', async ({ credentials, code }) => {
    const answers = [
      await send('GetPipeline', { name: '', version: 0 }, protocol, credentials),
      await send('GetPipeline', { name: 7 }, protocol, credentials),
      await send('ListEverything', {}, protocol, credentials),
    ];

    expect(answers.map((answer) => errorOf(answer).code)).toEqual([code, code, code]);
  });
});
