import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import {
  DeletePipelineCommand,
  ListPipelinesCommand,
  StartPipelineExecutionCommand,
} from '@aws-sdk/client-codepipeline';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { BatchWriteCommand, DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { auditKey } from '../../functions/aws/audit-key.ts';
import type { AuditRecord } from '../../functions/domain/audit.ts';

import { administrator } from '../../local/sample/connection.ts';
import { isWanted } from '../../scripts/audit/records.ts';
import { heading, shown } from '../../scripts/audit/shown.ts';
import { type Given, list, readArguments } from '../../scripts/audit.ts';
import { startTestStack, type TestStack } from '../end-to-end/stack.ts';

const run = promisify(execFile);
const program = join(import.meta.dirname, '..', '..', 'scripts', 'audit.ts');
const day = 24 * 60 * 60_000;
const now = Date.UTC(2026, 10, 21, 7);

const record: AuditRecord = {
  time: now,
  requestId: 'r',
  caller: 'arn:aws:sts::123456789012:assumed-role/Deployer/jane',
  sourceIp: '203.0.113.7',
  userAgent: 'aws-cli',
  operation: 'PutApprovalResult',
  resource: 'web/Approve/Review',
  input: { 'result.status': 'Approved' },
  result: 'Succeeded',
  output: {},
};

describe('the arguments of audit', () => {
  it('are none: the last seven days of the stack that samconfig.toml names', () => {
    expect(readArguments([], now)).toEqual({ since: now - 7 * day, until: now, json: false, stackName: 'sluice' });
  });

  it.each([
    ['30m', now - 30 * 60_000],
    ['12h', now - day / 2],
    ['2026-11-20', now - day - 7 * 60 * 60_000],
    ['2026-11-21T06:00Z', now - 60 * 60_000],
    ['2026-11-21T08:00:00+02:00', now - 60 * 60_000],
    ['99999d', now - 366 * day],
  ])('may say since %s', (since, time) => {
    expect(readArguments(['--since', since], now).since).toBe(time);
  });

  it.each([
    [['--since', 'yesterday'], "not 'yesterday'"],
    [['--since', '2026-13-45'], "not '2026-13-45'"],
    [['--since', '2027-01-01'], 'in the past'],
    [['--stack-name', 'a b'], "not 'a b'"],
    [['--endpoint-url', 'ftp://x'], "not 'ftp://x'"],
    [['more'], 'more'],
  ])('are refused when they are %j', (args, says) => {
    expect(() => readArguments(args, now)).toThrow(says);
  });
});

describe('a line of the table', () => {
  it('says when, what, on what, by whom and how it ended', () => {
    expect(shown(record)).toBe(
      '2026-11-21 07:00:00  PutApprovalResult       web/Approve/Review    Deployer/jane     ok',
    );
  });

  it('fits 100 columns, whatever the record holds', () => {
    const long = 'x'.repeat(500);
    const failed = { result: 'Failed', errorCode: 'InvalidActionDeclarationException' } as const;
    const lines = [heading, shown({ ...record, operation: long, resource: long, caller: long, ...failed })];

    expect(lines.map(({ length }) => length <= 100)).toEqual([true, true]);
    expect(lines[1]).toContain('InvalidActionD…');
  });

  it('says that a result is not known, and shows no control character', () => {
    const { result: _, output: __, ...begun } = record as typeof record & { output: unknown };
    const line = shown({ ...begun, resource: 'a\u001b[2J\nb' } as AuditRecord);

    expect(line).toContain('not known');
    expect(line).not.toMatch(/\p{Cc}/u);
  });
});

describe('a filter', () => {
  const of = (operation: string, resource: string, input = {}) => ({ ...record, operation, resource, input });

  it.each([
    ['a stage of it', of('DisableStageTransition', 'web/Ship'), true],
    ['its start', of('StartPipelineExecution', 'web'), true],
    ['its update', of('UpdatePipeline', 'web'), true],
    ['its tags', of('TagResource', 'arn:aws:codepipeline:us-east-1:123456789012:web'), true],
    ['the tags of a webhook', of('TagResource', 'arn:aws:codepipeline:us-east-1:123456789012:webhook:web'), false],
    ['a webhook to it', of('PutWebhook', 'hook', { 'webhook.targetPipeline': 'web' }), true],
    ['another', of('StartPipelineExecution', 'web2'), false],
    ['a webhook of its name', of('DeleteWebhook', 'web'), false],
    ['a type of its name', of('DeleteCustomActionType', 'web/Mine/1'), false],
  ])('by pipeline takes %s: rightly', (_, given, taken) => {
    expect(isWanted(given, { pipeline: 'web' })).toBe(taken);
  });

  it('by caller takes an ARN, and what begins with one', () => {
    const { caller } = record;

    expect([caller, 'arn:aws:sts::123456789012:assumed-role/Deployer/'].map((by) => isWanted(record, { by }))).toEqual([
      true,
      true,
    ]);
    expect(isWanted(record, { by: 'arn:aws:iam::' })).toBe(false);
  });
});

describe('npm run audit', () => {
  let test: TestStack;
  const listed = async (more: Partial<Given> = {}) => {
    const lines: string[] = [];
    const { stack } = test;
    const given = { since: Date.now() - 7 * day, until: Date.now(), json: true, stackName: 'sluice' };
    await list({ ...given, region: stack.region, endpointUrl: stack.endpoint, ...more }, (line) => lines.push(line));
    return lines;
  };
  beforeAll(async () => {
    test = await startTestStack();
    await test.client.send(new DeletePipelineCommand({ name: 'gone' }));
    await test.client.send(new ListPipelinesCommand({}));
    const refused = test.client.send(new StartPipelineExecutionCommand({ name: 'none' }));
    await expect(refused).rejects.toThrow('none');
  });
  afterAll(() => test?.close());

  it('lists what changed something, the newest first, and no call that reads', async () => {
    const records = (await listed()).map((line) => JSON.parse(line) as AuditRecord);

    expect(records).toEqual([
      expect.objectContaining({ operation: 'StartPipelineExecution', errorCode: 'PipelineNotFoundException' }),
      expect.objectContaining({ operation: 'DeletePipeline', resource: 'gone', result: 'Succeeded' }),
    ]);
    expect(records[0]).toMatchObject({ caller: 'arn:aws:iam::000000000000:root', sourceIp: '127.0.0.1' });
  });

  it('lists pages one after the other', async () => {
    const { endpoint, region, outputs } = test.stack;
    const table = DynamoDBDocumentClient.from(new DynamoDBClient({ endpoint, region, credentials: administrator }));
    const first = Date.now();
    for (let start = 0; start < 110; start += 22) {
      const items = Array.from({ length: 22 }, (_, index) => {
        const call = { ...record, time: first - 110_000 - start - index, requestId: `r${start + index}` };
        return { PutRequest: { Item: { ...auditKey(call), ...call, resource: `p${start + index}` } } };
      });
      await table.send(new BatchWriteCommand({ RequestItems: { [outputs['TableName'] ?? '']: items } }));
    }

    const names = (await listed()).map((line) => (JSON.parse(line) as AuditRecord).resource);

    expect(names).toHaveLength(112);
    expect(names.slice(0, 2)).toEqual(['none', 'gone']);
    expect(names.slice(2)).toEqual(Array.from({ length: 110 }, (_, index) => `p${index}`));
  });

  it('prints a table, and says when there is no such stack', async () => {
    const { stack } = test;
    const args = [program, '--endpoint-url', stack.endpoint, '--pipeline', 'gone'];
    const env = { ...process.env, AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test', AWS_REGION: stack.region };

    const { stdout } = await run(process.execPath, args, { env });
    const missing = run(process.execPath, [...args, '--stack-name', 'other'], { env });

    expect(stdout.split('\n')).toEqual([
      heading,
      expect.stringMatching(/DeletePipeline .* gone .* ok$/),
      '1 changing call.',
      '',
    ]);
    await expect(missing).rejects.toMatchObject({ code: 2, stderr: expect.stringContaining('other') });
  });
});
