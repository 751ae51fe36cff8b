import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import {
  CreatePipelineCommand,
  DeregisterWebhookWithThirdPartyCommand,
  ListWebhooksCommand,
  PutWebhookCommand,
  RegisterWebhookWithThirdPartyCommand,
} from '@aws-sdk/client-codepipeline';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { CreateSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { DynamoDBDocumentClient, PutCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { administrator } from '../../local/sample/connection.ts';
import { buildWithNoOp, noOpAction, noOpSourceStage } from '../no-op/build.ts';
import { declare, startTestStack, type TestStack } from './stack.ts';

const token = 'the token of a test';
const connection = '5a0f2c3e-9a52-4d3b-8a0e-6f0f6d1f2b3c';

interface Hook {
  readonly id: number;
  readonly config: { readonly url: string; readonly secret?: string };
}

/** A host that has GitHub's endpoints of repository webhooks, of the one repository team/app. */
let hooks: Hook[] = [];
let asked: string[] = [];
/** What it answers instead, once. */
let instead: { status: number; headers?: Record<string, string> } | undefined;
let host: Server;
let test: TestStack;

beforeAll(async () => {
  host = createServer(async (request, response) => {
    const { method = '', url = '', headers } = request;
    const body = await text(request);
    const path = url.replace(/\?.*/, '');
    if (!path.includes('/hooks')) return void response.writeHead(404).end();
    asked.push(`${method} ${path}`);
    const [, id] = /^\/repos\/team\/app\/hooks(?:\/(\d+))?$/.exec(path) ?? [];
    const answer = (status: number, json?: unknown, more = {}) =>
      void response.writeHead(status, more).end(json === undefined ? '' : JSON.stringify(json));
    if (instead) {
      const { status, headers: more } = instead;
      instead = undefined;
      return answer(status, undefined, more);
    }
    if (headers.authorization !== `Bearer ${token}` || !path.startsWith('/repos/team/app/')) return answer(404);
    if (method === 'GET') return answer(200, hooks);
    if (method === 'DELETE') {
      hooks = hooks.filter((hook) => hook.id !== Number(id));
      return answer(204);
    }
    const known = id === undefined ? { id: hooks.length + 1 } : { id: Number(id) };
    hooks = [...hooks.filter((hook) => hook.id !== known.id), { ...JSON.parse(body), ...known }];
    return answer(id === undefined ? 201 : 200, known);
  });
  await new Promise<void>((resolve) => host.listen(0, '127.0.0.1', resolve));
  test = await startTestStack({ functions: await buildWithNoOp() });
  const { endpoint, region, account, outputs } = test.stack;
  const at = { endpoint, region, credentials: administrator };
  await new SecretsManagerClient(at).send(new CreateSecretCommand({ Name: 'sluice/token', SecretString: token }));
  const table = DynamoDBDocumentClient.from(new DynamoDBClient(at));
  const api = `http://127.0.0.1:${(host.address() as AddressInfo).port}`;
  const record = (id: string, more: object) => ({
    pk: `CONNECTION#${id}`,
    sk: 'CONNECTION',
    id,
    arn: `arn:aws:codeconnections:${region}:${account}:connection/${id}`,
    kind: 'GitHub',
    host: api,
    webhookSecret: 'sluice/none',
    ...more,
  });
  const other = connection.replace('5', '6');
  for (const Item of [record(connection, { api, credentialSecret: 'sluice/token' }), record(other, {})])
    await table.send(new PutCommand({ TableName: outputs['TableName'] ?? '', Item }));
  for (const [name, id] of [
    ['connected', connection],
    ['read-only', other],
  ] as const) {
    const fetching = {
      name: 'Begin',
      actionTypeId: {
        category: 'Source' as const,
        owner: 'AWS' as const,
        provider: 'CodeStarSourceConnection',
        version: '1',
      },
      configuration: {
        ConnectionArn: `arn:aws:codeconnections:${region}:${account}:connection/${id}`,
        FullRepositoryId: 'team/app',
        BranchName: 'main',
      },
      outputArtifacts: [{ name: 'Code' }],
    };
    await create(name, [{ name: 'Source', actions: [fetching] }]);
  }
  await create('elsewhere', [noOpSourceStage]);
});
afterAll(async () => {
  await test?.close();
  await new Promise((resolve) => host?.close(resolve));
});
beforeEach(() => {
  hooks = [];
  asked = [];
  instead = undefined;
});

async function create(name: string, source: Parameters<typeof declare>[2]): Promise<void> {
  const stages = [...(source ?? []), { name: 'Do', actions: [noOpAction('Do')] }];
  await test.client.send(new CreatePipelineCommand({ pipeline: declare(test.stack, name, stages) }));
}

async function put(name: string, SecretToken = 'secret', targetPipeline = 'connected'): Promise<string> {
  const { webhook } = await test.client.send(
    new PutWebhookCommand({
      webhook: {
        name,
        targetPipeline,
        targetAction: 'Begin',
        filters: [],
        authentication: 'GITHUB_HMAC',
        authenticationConfiguration: { SecretToken },
      },
    }),
  );
  return webhook?.url ?? '';
}

const register = (webhookName: string) => test.client.send(new RegisterWebhookWithThirdPartyCommand({ webhookName }));
const deregister = (webhookName: string) =>
  test.client.send(new DeregisterWebhookWithThirdPartyCommand({ webhookName }));

async function errorOf(name: string): Promise<{ errorCode?: string | undefined; errorMessage?: string | undefined }> {
  const { webhooks = [] } = await test.client.send(new ListWebhooksCommand({}));
  const { errorCode, errorMessage } = webhooks.find(({ definition }) => definition?.name === name) ?? {};
  return { errorCode, errorMessage };
}

describe('RegisterWebhookWithThirdParty', () => {
  it('has the host post pushes to the URL, signed with the secret', async () => {
    const url = await put('registered');

    await register('registered');

    const config = { url, content_type: 'json', insecure_ssl: '0', secret: 'secret' };
    expect(hooks).toEqual([{ id: 1, name: 'web', active: true, events: ['push'], config }]);
  });

  it('brings a hook that is there up to date, and makes no second one', async () => {
    await put('rotated', 'old');
    await register('rotated');
    await put('rotated', 'new');

    await register('rotated');

    expect(hooks.map(({ config }) => config.secret)).toEqual(['new']);
  });

  it.each([
    ['refuses its token', { status: 403 }, 'PermissionError', 'answers 403'],
    ['is asked too often', { status: 429 }, 'SystemUnavailable', 'Try again later'],
    ['refuses the hook', { status: 422 }, 'ConfigurationError', 'answers 422'],
    [
      'C07 sends on to another origin',
      { status: 307, headers: { location: 'http://169.254.169.254/latest' } },
      'ConfigurationError',
      'sends on to',
    ],
    ['C07 sends on to a file', { status: 302, headers: { location: 'file:///etc/passwd' } }, 'ConfigurationError', ''],
  ])(
    'says so where the host %s, to the caller and in ListWebhooks, until it is done',
    async (_, answer, errorCode, says) => {
      await put('failing');
      instead = answer;

      await expect(register('failing')).rejects.toMatchObject({
        name: 'ValidationException',
        message: expect.stringContaining(says),
      });

      expect(await errorOf('failing')).toEqual({ errorCode, errorMessage: expect.stringContaining(says) });
      expect(hooks).toEqual([]);
      await register('failing');
      expect(await errorOf('failing')).toEqual({});
      expect(hooks).toHaveLength(1);
    },
  );

  it.each([
    ['a source that is not behind a connection', 'elsewhere', 'not behind a connection'],
    ['a connection without a token', 'read-only', 'no API and token'],
  ])('refuses %s, and asks nobody', async (_, pipeline, says) => {
    await put(`hook-of-${pipeline}`, 'secret', pipeline);

    await expect(register(`hook-of-${pipeline}`)).rejects.toMatchObject({
      name: 'ValidationException',
      message: expect.stringContaining(says),
    });

    expect(await errorOf(`hook-of-${pipeline}`)).toMatchObject({ errorCode: 'ConfigurationError' });
    expect(asked).toEqual([]);
  });

  it('knows no webhook that is not there, and wants a name', async () => {
    const none = {};

    await expect(register('nobody')).rejects.toMatchObject({ name: 'WebhookNotFoundException' });
    await expect(deregister('nobody')).rejects.toMatchObject({ name: 'WebhookNotFoundException' });
    await expect(test.client.send(new RegisterWebhookWithThirdPartyCommand(none))).rejects.toMatchObject({
      name: 'ValidationException',
    });
  });
});

describe('DeregisterWebhookWithThirdParty', () => {
  it('has the host post to the URL no more, and leaves other hooks alone', async () => {
    const url = await put('leaving');
    await register('leaving');
    hooks.push({ id: 7, config: { url: `${url}x` } });

    await deregister('leaving');
    await deregister('leaving');

    expect(hooks).toEqual([{ id: 7, config: { url: `${url}x` } }]);
    expect(asked.filter((each) => each.startsWith('DELETE'))).toEqual(['DELETE /repos/team/app/hooks/1']);
  });

  it('is refused where the host refuses it', async () => {
    await put('staying');
    await register('staying');
    instead = { status: 500 };

    await expect(deregister('staying')).rejects.toMatchObject({ name: 'ValidationException' });

    expect(hooks).toHaveLength(1);
  });
});
