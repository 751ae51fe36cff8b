import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { CodePipelineClient, ListPipelineExecutionsCommand, ListPipelinesCommand } from '@aws-sdk/client-codepipeline';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TurnableClock } from '../../local/clock.ts';
import type { ObservedCall } from '../../local/gateway/options.ts';
import { administrator, localConnection } from '../../local/sample/connection.ts';
import { makeConnection } from '../../local/sample/sample.ts';
import { readTemplate } from '../../local/template/template.ts';
import { buildWithNoOp } from '../no-op/build.ts';
import { type WaitingRun, waitingRun } from './approval-run.ts';
import { startTestStack, type TestStack } from './stack.ts';

const requests = 10_000;
/** As many as API Gateway lets through at once; the clock is turned before the next, so that its throttle helps nobody here. */
const burst = 100;

let test: TestStack;
let waiting: WaitingRun;
const clock = new TurnableClock();
const calls: ObservedCall[] = [];
beforeAll(async () => {
  const observe = (call: ObservedCall) => void (call.phase === 'before' && calls.push(call));
  test = await startTestStack({ functions: await buildWithNoOp(), clock, observe });
  await makeConnection(test.stack);
  waiting = await waitingRun(test, 'guarded');
});
afterAll(() => test?.close());

type Request = readonly [path: string, init: RequestInit];

const json = { 'content-type': 'application/json' };
const push = (signature: string) => ({ ...json, 'x-github-event': 'push', 'x-hub-signature-256': signature });
const forged = () => `sha256=${randomUUID().replaceAll('-', '').repeat(2)}`;

/** Requests that nobody has signed, or not with our keys; the first four reach a function, the others do not. */
function kinds(): readonly ((index: number) => Request)[] {
  const { pathname, search } = new URL(waiting.link);
  const query = new URLSearchParams(search);
  const changed = (name: string, value: string) => {
    const other = new URLSearchParams(query);
    other.set(name, value);
    return `${pathname}?${other}`;
  };
  const hook = new URL(localConnection({ ...test.stack, partition: 'aws' }).webhook.url).pathname;
  const body = JSON.stringify({ ref: 'refs/heads/main', after: 'a'.repeat(40), repository: { full_name: 'team/app' } });
  const start = JSON.stringify({ name: 'guarded' });
  return [
    () => [hook, { method: 'POST', body, headers: push(forged()) }],
    () => [`/webhooks/${randomUUID()}`, { method: 'POST', body, headers: push(forged()) }],
    (index) => [changed('signature', forged().slice(7, 50)), { method: index % 20 === 0 ? 'HEAD' : 'GET' }],
    () => [
      changed('run', randomUUID()),
      { method: 'POST', body: new URLSearchParams({ status: 'Approved', nonce: 'n' }) },
    ],
    (index) => [`/webhooks/${'x'.repeat((index % 200) + 1)}`, { method: 'POST', body, headers: push('sha256=') }],
    () => ['/StartPipelineExecution/guarded', { method: 'POST', body: start, headers: json }],
    () => [
      '/',
      { method: 'POST', body: start, headers: { 'x-amz-target': 'CodePipeline_20150709.StartPipelineExecution' } },
    ],
    (index) => [`/nothing/here/${index}/at/all`, { method: 'GET' }],
    (index) => [`/approvals/${index}`, { method: 'POST', body }],
    () => [
      '/StartPipelineExecution/guarded',
      {
        method: 'POST',
        body: start,
        headers: {
          authorization: `AWS4-HMAC-SHA256 Credential=test/20261121/us-east-1/codepipeline/aws4_request, SignedHeaders=host;x-amz-date, Signature=${'0'.repeat(64)}`,
          'x-amz-date': '20261121T000000Z',
        },
      },
    ],
  ];
}

const ofFunction = ({ caller }: ObservedCall, name: string) => caller.arn.includes(`${name}Function`);
const isRead = ({ service, operation }: ObservedCall) => service === 'dynamodb' && /Get|Query|Scan/.test(operation);

describe('C48 requests of nobody', () => {
  it('start nothing and cost one read of the table at most', { timeout: 600_000 }, async () => {
    const runs = async () => {
      const { pipelineExecutionSummaries = [] } = await test.client.send(
        new ListPipelineExecutionsCommand({ pipelineName: 'guarded' }),
      );
      return pipelineExecutionSummaries;
    };
    const before = await runs();
    const made = kinds();
    calls.length = 0;

    const statuses = new Map<number, Set<number>>();
    for (let first = 0; first < requests; first += burst) {
      clock.turn(1000);
      await Promise.all(
        Array.from({ length: burst }, async (_, place) => {
          const kind = Math.floor((first / requests) * made.length);
          const [path, init] = made[kind]?.(first + place) ?? ['/', {}];
          const response = await fetch(new URL(path, test.stack.endpoint), init);
          await response.arrayBuffer();
          statuses.set(kind, (statuses.get(kind) ?? new Set()).add(response.status));
        }),
      );
    }
    const webhook = calls.filter((call) => ofFunction(call, 'Webhook'));
    const link = calls.filter((call) => ofFunction(call, 'ApprovalLink'));
    const api = calls.filter((call) => ofFunction(call, 'Api'));

    expect([...statuses].sort(([a], [b]) => a - b).map(([, seen]) => [...seen].sort())).toEqual([
      [401],
      [401],
      [403],
      [403],
      [401],
      [403],
      [403],
      [404],
      [403],
      [403],
    ]);
    expect(calls.filter(({ operation }) => operation === 'StartExecution')).toEqual([]);
    expect(await runs()).toEqual(before);
    // Of the webhooks two kinds name what may be a connection, and of another one name in 200 may be a webhook's: each is looked up once.
    expect(webhook.filter(isRead)).toHaveLength((requests / made.length) * (2 + 1 / 200));
    expect(link.filter(({ service }) => service === 'dynamodb')).toEqual([]);
    expect(api).toEqual([]);
    expect(
      [...webhook, ...link].filter(({ operation }) => /Put|Update|Delete|Write|Publish|Send|Invoke/.test(operation)),
    ).toEqual([]);
  });

  it('read secrets once a minute in each sandbox, not at each request', () => {
    const secrets = calls.filter(
      (call) => call.service === 'secretsmanager' && (ofFunction(call, 'Webhook') || ofFunction(call, 'ApprovalLink')),
    );

    expect(secrets.length).toBeGreaterThan(0);
    expect(secrets.length).toBeLessThan(150);
  });

  it('keep nobody else out', async () => {
    clock.turn(10_000);
    const strange = new CodePipelineClient({
      endpoint: test.stack.endpoint,
      region: test.stack.region,
      credentials: { ...administrator, secretAccessKey: 'wrong' },
    });

    const { pipelines = [] } = await test.client.send(new ListPipelinesCommand({}));
    const refused = await strange.send(new ListPipelinesCommand({})).catch((error: Error) => error.name);
    const page = await fetch(waiting.link);

    expect(pipelines.map(({ name }) => name)).toEqual(['guarded']);
    expect(refused).toMatch(/SignatureDoesNotMatch|InvalidSignatureException|AccessDenied/);
    expect(page.status).toBe(200);
    strange.destroy();
  });
});

describe('C48 the concurrency of functions that take unsigned requests', () => {
  const reserved = (parameters: Readonly<Record<string, string>>) => {
    const place = { account: '000000000000', region: 'us-east-1', partition: 'aws', stackName: 'sluice' };
    const template = readTemplate(join(import.meta.dirname, '..', '..', 'template.yaml'), { ...place, parameters });
    return template.resources.flatMap(({ logicalId, properties: { ReservedConcurrentExecutions: count } }) =>
      count === undefined ? [] : [[logicalId, count]],
    );
  };

  it('is not reserved by default, since an account whose limit is 10 can reserve none', () => {
    expect(reserved({})).toEqual([]);
  });

  it('is reserved for those two by a parameter', () => {
    expect(reserved({ PublicConcurrency: '10' })).toEqual([
      ['WebhookFunction', { Ref: 'PublicConcurrency' }],
      ['ApprovalLinkFunction', { Ref: 'PublicConcurrency' }],
    ]);
  });
});
