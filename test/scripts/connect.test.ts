import { execFile } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { GetCommand, ScanCommand } from '@aws-sdk/lib-dynamodb';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { connectionId } from '../../functions/domain/connection.ts';
import { connect, readArguments } from '../../scripts/connect.ts';
import { createRuns, openStack, type Stack } from '../local/dynamodb/stack.ts';

const run = promisify(execFile);
const program = join(import.meta.dirname, '..', '..', 'scripts', 'connect.ts');
const id = '5a0f2c3e-9a52-4d3b-8a0e-6f0f6d1f2b3c';
const needed = ['--table', 'runs', '--host', 'https://github.com', '--webhook-secret', 'sluice/webhook'];
const github = [...needed, '--api', 'https://api.github.com'];

describe('the arguments of connect', () => {
  it('are taken without the slash at the end of an address', () => {
    const given = readArguments([...github.slice(0, 3), 'https://git.example.com/', ...github.slice(4)]);

    expect(given).toEqual({
      table: 'runs',
      kind: 'GitHub',
      host: 'https://git.example.com',
      api: 'https://api.github.com',
      webhookSecret: 'sluice/webhook',
    });
  });

  it('may name another kind of host, and have commits skipped', () => {
    const given = readArguments([...needed, '--kind', 'GitLab', '--skip-ci']);

    expect(given).toMatchObject({ kind: 'GitLab', skipCi: true });
  });

  it.each([
    [[...needed, '--kind', 'gitlab'], "--kind must be one of GitHub, GitLab, Bitbucket, not 'gitlab'."],
    [needed.slice(2), '--table is missing.'],
    [needed.slice(0, 2).concat(needed.slice(4)), '--host is missing.'],
    [needed.slice(0, 4), '--webhook-secret is missing.'],
    [['--table', 'a b', ...needed.slice(2)], "--table must be the name of Sluice's table"],
    [[...needed, '--host', 'github.com'], '--host must be an address such as https://github.com'],
    [[...needed, '--host', 'http://github.com'], '--host must be an address'],
    [[...needed, '--host', 'https://me:secret@github.com'], '--host must be an address'],
    [[...needed, '--api', 'https://api.github.com?token=1'], '--api must be an address'],
    [
      [...needed, '--webhook-secret', 'webhook'],
      '--webhook-secret must be the name of a secret that begins with sluice/',
    ],
    [[...needed, '--credential-secret', 'token'], '--credential-secret must be the name of a secret'],
    [[...needed, '--endpoint-url', 'here'], '--endpoint-url must be an address'],
    [[...needed, '--region', 'Europe'], '--region must be a Region such as us-east-1'],
    [[...needed, '--hots', 'https://github.com'], "Unknown option '--hots'"],
  ])('are refused with one sentence: %j', (args, sentence) => {
    expect(() => readArguments(args)).toThrow(sentence);
  });
});

describe('connect', () => {
  let stack: Stack;
  let endpointUrl: string;

  beforeEach(async () => {
    stack = await openStack();
    await createRuns(stack);
    const endpoint = await stack.client.config.endpoint?.();
    endpointUrl = `http://127.0.0.1:${endpoint?.port}`;
    process.env['AWS_ACCESS_KEY_ID'] = 'test';
    process.env['AWS_SECRET_ACCESS_KEY'] = 'test';
  });

  afterEach(async () => {
    await stack.close();
    await rm(stack.dir, { recursive: true, force: true });
  });

  it('puts a record that the functions can read', async () => {
    const given = readArguments([...github, '--endpoint-url', endpointUrl, '--region', 'eu-west-1']);

    const connection = await connect({ ...given, credentialSecret: 'sluice/token' }, id);

    expect(connection.arn).toBe(`arn:aws:codeconnections:eu-west-1:000000000000:connection/${id}`);
    expect(connectionId(connection.arn)).toBe(id);
    const key = { pk: `CONNECTION#${id}`, sk: 'CONNECTION' };
    const { Item } = await stack.documents.send(new GetCommand({ TableName: 'runs', Key: key }));
    expect(Item).toEqual({
      ...key,
      id,
      arn: connection.arn,
      kind: 'GitHub',
      host: 'https://github.com',
      api: 'https://api.github.com',
      webhookSecret: 'sluice/webhook',
      credentialSecret: 'sluice/token',
    });
  });

  it('never writes over a connection', async () => {
    const given = readArguments([...github, '--endpoint-url', endpointUrl, '--region', 'eu-west-1']);
    await connect(given, id);

    const again = connect({ ...given, webhookSecret: 'sluice/another' }, id);

    await expect(again).rejects.toThrow('The conditional request failed');
  });

  it('prints what a definition and a webhook need, with another id each time', async () => {
    const args = [program, ...github, '--endpoint-url', endpointUrl, '--region', 'eu-west-1'];

    const printed = [await run(process.execPath, args), await run(process.execPath, args)].map(({ stdout }) => stdout);

    const { Items = [] } = await stack.documents.send(new ScanCommand({ TableName: 'runs' }));
    expect(Items).toHaveLength(2);
    for (const { arn, id: made } of Items)
      expect(printed.some((text) => text.includes(arn) && text.includes(`/webhooks/${made} `))).toBe(true);
  });

  it('says in one line what is wrong, and ends with status 1', async () => {
    const args = [program, ...github, '--endpoint-url', endpointUrl, '--region', 'eu-west-1', '--table', 'other'];

    const ended = await run(process.execPath, args).catch((error: { code: number; stderr: string }) => error);

    expect(ended).toMatchObject({ code: 1 });
    expect(ended.stderr.trim().split('\n')).toHaveLength(1);
    expect(ended.stderr).toContain('other');
  });
});
