import { Sha256 } from '@aws-crypto/sha256-js';
import { CloudWatchLogsClient, DescribeLogGroupsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { DynamoDBClient, ListTablesCommand } from '@aws-sdk/client-dynamodb';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { GetObjectCommand, HeadObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import { SignatureV4 } from '@smithy/signature-v4';
import { afterEach, expect, test } from 'vitest';
import type { Service } from '../../../local/service.ts';
import { echoService } from './echo-service.ts';
import { newContext, openTestGateway } from './test-gateway.ts';

const MESSAGE = 'User: arn:aws:sts::1:assumed-role/r/s is not authorized to perform: x:Y on resource: z';
const SERVICES = ['dynamodb', 'logs', 'lambda', 's3', 'secretsmanager', 'states', 'sns', 'sqs', 'execute-api'];

let gateway: Awaited<ReturnType<typeof openTestGateway>>;
afterEach(() => gateway.close());

/** A gateway whose services would all answer, and that denies everything. */
async function denying(action = 'x:Y') {
  const echoes = SERVICES.map((name) => echoService(name, () => ({ status: 200, body: '{}' })));
  gateway = await openTestGateway(
    newContext(),
    echoes.map(({ service }): Service => service),
    { denialOf: () => ({ action, message: MESSAGE }) },
  );
  return { client: gateway.client, calls: () => echoes.flatMap(({ calls }) => calls) };
}

type Client = (typeof gateway)['client'];

test.each<[string, (client: Client) => Promise<unknown>, string, number]>([
  ['DynamoDB', (c) => new DynamoDBClient(c).send(new ListTablesCommand({})), 'AccessDeniedException', 400],
  ['Logs', (c) => new CloudWatchLogsClient(c).send(new DescribeLogGroupsCommand({})), 'AccessDeniedException', 400],
  [
    'Secrets Manager',
    (c) => new SecretsManagerClient(c).send(new GetSecretValueCommand({ SecretId: 's' })),
    'AccessDeniedException',
    400,
  ],
  [
    'Step Functions',
    (c) => new SFNClient(c).send(new StartExecutionCommand({ stateMachineArn: 'm' })),
    'AccessDeniedException',
    400,
  ],
  ['Lambda', (c) => new LambdaClient(c).send(new InvokeCommand({ FunctionName: 'f' })), 'AccessDeniedException', 403],
  [
    'S3',
    (c) => new S3Client({ ...c, forcePathStyle: true }).send(new GetObjectCommand({ Bucket: 'b', Key: 'k' })),
    'AccessDenied',
    403,
  ],
  ['SNS', (c) => new SNSClient(c).send(new PublishCommand({ TopicArn: 't', Message: 'm' })), 'AuthorizationError', 403],
  [
    'SQS',
    (c) => new SQSClient(c).send(new SendMessageCommand({ QueueUrl: `${c.endpoint}/1/q`, MessageBody: 'm' })),
    'AccessDenied',
    403,
  ],
  [
    'STS',
    (c) =>
      new STSClient(c).send(
        new AssumeRoleCommand({ RoleArn: 'arn:aws:iam::000000000000:role/r', RoleSessionName: 's1' }),
      ),
    'AccessDenied',
    403,
  ],
])('%s refuses in its own words, and the service never hears of it', async (_, send, code, status) => {
  const { client, calls } = await denying();

  const error = await send(client).catch((thrown: unknown) => thrown);

  expect(error).toMatchObject({ message: MESSAGE, $metadata: { httpStatusCode: status } });
  const { name, Code } = error as { name: string; Code?: string };
  expect([name, Code]).toContain(code);
  expect(calls()).toEqual([]);
});

test('a denied HEAD of S3 has a status and no body', async () => {
  const { client } = await denying();
  const s3 = new S3Client({ ...client, forcePathStyle: true });

  const error = await s3.send(new HeadObjectCommand({ Bucket: 'b', Key: 'k' })).catch((thrown: unknown) => thrown);

  expect(error).toMatchObject({ $metadata: { httpStatusCode: 403 } });
});

test('a key that the caller may not use has words of its own', async () => {
  const { client } = await denying('kms:Decrypt');

  const secret = new SecretsManagerClient(client).send(new GetSecretValueCommand({ SecretId: 's' }));
  const publish = new SNSClient(client).send(new PublishCommand({ TopicArn: 't', Message: 'm' }));

  await expect(secret).rejects.toMatchObject({ message: 'Access to KMS is not allowed' });
  await expect(publish).rejects.toMatchObject({ name: expect.stringMatching(/^KMSAccessDenied/) });
});

test.each(['execute-api', 'codepipeline'])('API Gateway says no more than Forbidden (%s)', async (service) => {
  const { client } = await denying();
  const signer = new SignatureV4({ service, region: client.region, credentials: client.credentials, sha256: Sha256 });
  const { host, hostname, port } = new URL(client.endpoint);
  const request = {
    method: 'POST',
    protocol: 'http:',
    hostname,
    port: Number(port),
    path: '/ListPipelines',
    headers: { host },
    body: '{}',
  };
  const { headers } = await signer.sign(request);

  const response = await fetch(`${client.endpoint}/ListPipelines`, { method: 'POST', headers, body: '{}' });

  expect(response.status).toBe(403);
  expect(await response.text()).toBe('{"message":"Forbidden"}');
});
