import { SendTaskSuccessCommand } from '@aws-sdk/client-sfn';
import { GetCommand, TransactWriteCommand } from '@aws-sdk/lib-dynamodb';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  actionItem,
  context,
  now,
  openWorld,
  pipelineId,
  runId,
  runItem,
  sample,
  type World,
  written,
} from '../handlers/world.ts';
import { flippedBits } from './flipped-bits.ts';

const shown = sample<APIGatewayProxyEventV2>('approval-link');
const answered = sample<APIGatewayProxyEventV2>('approval-link-answer');
const { token = '', signature = '', expires = '' } = shown.queryStringParameters ?? {};

let world: World;
beforeEach(() => {
  world = openWorld();
  world.put(runItem('Approve', 1));
  world.put(
    actionItem('Approve', {
      status: 'Running',
      approvalToken: token,
      deadline: Number(expires),
      token: { value: 'T', order: { execution: 1, entry: 4, invocation: 0 } },
      resolvedConfiguration: JSON.stringify({ CustomData: '<script>alert(1)</script>' }),
    }),
  );
  world.put({ pk: pipelineId, sk: `APPROVAL#${token}`, key: `${pipelineId}/${runId}/02.000.001.00` });
});
afterEach(() => world.close());

async function open(event: APIGatewayProxyEventV2) {
  const { handler } = await import('../../functions/listeners/approval-link.ts');
  return handler(event, context);
}

/** Commands that write: whatever is not known to read. */
function writes(): readonly string[] {
  return world.table
    .calls()
    .map(({ args }) => args[0].constructor.name)
    .filter((name) => !['GetCommand', 'QueryCommand', 'BatchGetCommand'].includes(name));
}

function withQuery(event: APIGatewayProxyEventV2, query: Readonly<Record<string, string>>): APIGatewayProxyEventV2 {
  return { ...event, queryStringParameters: { ...event.queryStringParameters, ...query } };
}

/** The link with each of its fields changed, in turn. */
function changed(event: APIGatewayProxyEventV2): readonly APIGatewayProxyEventV2[] {
  const others = ['', 'other', `${expires}0`, '1e15', ' ', '\n'];
  const path = event.pathParameters ?? {};
  const query = event.queryStringParameters ?? {};
  return [
    ...Object.keys(path).flatMap((name) =>
      [...others, `${path[name]}x`, `${path[name]} `, path[name]?.toUpperCase()].map((value) => ({
        ...event,
        pathParameters: { ...path, [name]: value },
      })),
    ),
    ...Object.keys(query).flatMap((name) =>
      [...others, `${query[name]}0`, `0${query[name]}`, `+${query[name]}`, `${query[name]}.0`].map((value) =>
        withQuery(event, { [name]: value }),
      ),
    ),
  ];
}

/** What the page's form sends. */
function answerForm(): URLSearchParams {
  return new URLSearchParams(Buffer.from(answered.body ?? '', answered.isBase64Encoded ? 'base64' : 'utf8').toString());
}

/** The answer with its form changed. */
function answeredBy(change: (form: URLSearchParams) => void): APIGatewayProxyEventV2 {
  const form = answerForm();
  change(form);
  return { ...answered, body: form.toString(), isBase64Encoded: false };
}

function withMethod(event: APIGatewayProxyEventV2, method: string): APIGatewayProxyEventV2 {
  return { ...event, requestContext: { ...event.requestContext, http: { ...event.requestContext.http, method } } };
}

describe('an approval link', () => {
  it('C14 changes nothing when scanners of mails open it, 10,000 times by GET and HEAD', {
    timeout: 120_000,
  }, async () => {
    const scanners = ['Mozilla/5.0 BingPreview/1.0b', 'Barracuda Sentinel (EE)', 'Slackbot-LinkExpanding 1.0', ''];
    const counted = new Map<string, number>();

    for (let times = 0; times < 10_000; times++) {
      const method = times % 2 === 0 ? 'GET' : 'HEAD';
      const headers = { ...shown.headers, 'user-agent': scanners[times % scanners.length] ?? '' };
      const { statusCode } = await open(withMethod({ ...shown, headers }, method));
      counted.set(`${method} ${statusCode}`, (counted.get(`${method} ${statusCode}`) ?? 0) + 1);
    }

    expect(Object.fromEntries(counted)).toEqual({ 'GET 200': 5000, 'HEAD 200': 5000 });
    expect(writes()).toEqual([]);
    for (const service of [world.sfn, world.sns, world.events, world.lambda]) expect(service.calls()).toEqual([]);
  });

  it.each(['GET', 'HEAD'])('C14 takes no answer by %s, with the nonce of its page or in the query', async (method) => {
    const form = answerForm();

    const inBody = await open(withMethod(answered, method));
    const inQuery = await open(withQuery(withMethod(shown, method), Object.fromEntries(form)));

    expect([inBody.statusCode, inQuery.statusCode]).toEqual([200, 200]);
    expect(writes()).toEqual([]);
  });

  it.each([
    ['shown', shown],
    ['answered', answered],
  ])('C15 is refused when it is %s with any one field changed', async (_, event) => {
    const statuses = [];
    for (const each of changed(event)) statuses.push((await open(each)).statusCode);

    expect(statuses.length).toBeGreaterThan(50);
    expect(new Set(statuses)).toEqual(new Set([403]));
    expect(writes()).toEqual([]);
  });

  it('C15 is refused with any one bit of its signature changed', async () => {
    const statuses = new Set<unknown>();
    for (const other of flippedBits(signature))
      statuses.add((await open(withQuery(answered, { signature: other }))).statusCode);

    expect([...statuses]).toEqual([403]);
    expect(writes()).toEqual([]);
  });

  it('C15 is refused with a signature that was made for another purpose, and a page with the nonce of another link', async () => {
    const { signature: sign } = await import('../../functions/engine/review-link.ts');
    const { pipeline = '', stage = '', action = '' } = answered.pathParameters ?? {};
    const fields = (more: object = {}) =>
      Object.values({ pipeline, run: runId, stage, action, token, expires, ...more }).join('\n');
    const issued = answerForm().get('issued') ?? '';
    const nonceOf = (text: string) => sign(`nonce\n${text}\n${issued}`);
    expect(await sign(`sluice-approval-1\n${fields()}`)).toBe(signature);
    expect(await nonceOf(`sluice-approval-1\n${fields()}`)).toBe(answerForm().get('nonce'));

    const signatures = await Promise.all([
      answerForm().get('nonce') ?? '',
      sign(fields()),
      sign(`sluice-approval-2\n${fields()}`),
      sign(`sluice-approval-1\n${fields()}\n`),
    ]);
    const others = { pipeline: 'other', run: 'other', stage: 'other', action: 'other', token: 'other', expires: '1' };
    const nonces = await Promise.all(
      Object.entries(others).map(([name, value]) => nonceOf(`sluice-approval-1\n${fields({ [name]: value })}`)),
    );
    const answers = [
      ...signatures.map((each) => withQuery(answered, { signature: each })),
      ...nonces.map((nonce) => answeredBy((form) => form.set('nonce', nonce))),
    ];

    const statuses = [];
    for (const each of answers) statuses.push((await open(each)).statusCode);

    expect(statuses).toEqual(Array(10).fill(403));
    expect(writes()).toEqual([]);
  });

  it('costs no call to Secrets Manager each time it is forged', async () => {
    const { GetSecretValueCommand } = await import('@aws-sdk/client-secrets-manager');

    for (let times = 0; times < 20; times++) await open(withQuery(shown, { signature: `forged${times}` }));

    expect(world.secrets.commandCalls(GetSecretValueCommand)).toHaveLength(2);
  });

  it.each(['GET', 'HEAD', 'POST'])('without any signature is refused to %s from its address alone', async (method) => {
    const { queryStringParameters: _, ...bare } = answered;
    const page = await open(withMethod(bare, method));
    const other = await open(
      withMethod({ ...bare, pathParameters: { pipeline: 'no-such-name', stage: 'Approve', action: 'Review' } }, method),
    );

    expect(page.statusCode).toBe(403);
    expect(page.body).toContain('This address only names an approval');
    expect(other.body?.replaceAll('no-such-name', 'hello-site')).toBe(page.body);
    expect(world.table.calls()).toEqual([]);
    expect(world.secrets.calls()).toEqual([]);
  });

  it.each([
    ['decides', true],
    ['needs-sign-in', false],
  ])('without any signature leads to the mail only where the mail decides: it %s', async (mode, leads) => {
    vi.stubEnv('APPROVAL_LINK', mode);

    const { body } = await open({ ...shown, queryStringParameters: {} });

    expect(body?.includes('By the approval mail')).toBe(leads);
  });

  it.each([[['run']], [['run', 'token']], [['run', 'token', 'expires']], [['token']], [['expires']], [['signature']]])(
    'of which only %j is left is to be copied whole',
    async (kept) => {
      const query = Object.fromEntries(kept.map((name) => [name, shown.queryStringParameters?.[name]]));

      const { statusCode, body } = await open({ ...shown, queryStringParameters: query });

      expect(statusCode).toBe(403);
      expect(body).toContain('copy the whole link from the mail.');
    },
  );

  it('leads from the decision to the page that shows what was decided', async () => {
    const done = await open(answered);
    const href = /<a href="([^"]*)">See what was decided/.exec(done.body ?? '')?.[1]?.replaceAll('&amp;', '&');
    const again = await open(shown);

    expect(href).toBe(`${shown.rawPath}?${shown.rawQueryString}`);
    for (const { statusCode, body } of [done, again]) {
      expect(statusCode).toBe(200);
      expect(body).toContain('<code>email-link</code>');
      expect(body).toContain('looks good');
    }
    expect(again.body).not.toMatch(/<form|Approved before/);
  });

  it('is recorded as a change by email-link, and so is an answer that came too late', async () => {
    const late = { ...answered, requestContext: { ...answered.requestContext, requestId: 'second' } };
    await open(answered);
    await open(late);

    const records = [...world.items.values()].filter(({ pk }) => pk.startsWith('AUDIT#'));
    const call = {
      caller: 'email-link',
      operation: 'PutApprovalResult',
      resource: 'hello-site/Approve/Review',
      input: { 'result.status': 'Approved', pipelineExecutionId: runId },
      sourceIp: expect.stringMatching(/^[\d.]+$/),
    };
    expect(records).toEqual([
      expect.objectContaining({ ...call, result: 'Succeeded' }),
      expect.objectContaining({ ...call, result: 'Failed', errorCode: 'ApprovalAlreadyCompletedException' }),
    ]);
    expect(JSON.stringify(records)).not.toMatch(new RegExp(`${token}|${signature}|looks good`));
  });

  it('says to a second answer what the first one was', async () => {
    await open(answered);

    const { statusCode, body } = await open(answered);

    expect(statusCode).toBe(409);
    expect(body).toContain('Yours changed nothing.');
    expect(body).toContain('looks good');
  });

  it.each([
    ['its pipeline was deleted', 'PIPELINES\nhello-site', 'The pipeline hello-site was deleted'],
    ['its approval is kept no more', `${pipelineId}\nAPPROVAL#${token}`, 'This approval is not kept any more'],
    ['its run is kept no more', `${pipelineId}\nRUN#${runId}`, 'This approval is not kept any more'],
  ])('has nothing to decide when %s', async (_, item, said) => {
    world.items.delete(item);

    const answers = [await open(shown), await open(answered)];

    expect(answers.map(({ statusCode }) => statusCode)).toEqual([404, 404]);
    for (const { body } of answers) {
      expect(body).toContain('<h1>Nothing to decide</h1>');
      expect(body).toContain(said);
    }
    expect(writes()).toEqual([]);
  });

  it('does not take fields that were moved from one to the next', async () => {
    const moved = {
      ...answered,
      pathParameters: { pipeline: `hello-site\n${runId}`, stage: 'Approve', action: 'Review' },
    };

    const { statusCode } = await open(withQuery(moved, { run: 'Approve' }));

    expect(statusCode).toBe(403);
  });

  it('stays good when its key is rotated, and is gone after the next rotation', async () => {
    const { GetSecretValueCommand } = await import('@aws-sdk/client-secrets-manager');
    const rotated = (previous: string) =>
      world.secrets.on(GetSecretValueCommand).callsFake(({ VersionStage }) => ({
        SecretString: VersionStage === 'AWSPREVIOUS' ? previous : 'the newest key',
      }));
    rotated('sample-link-key');
    const once = await open(shown);

    rotated('another key');
    vi.setSystemTime(now + 61_000);
    const twice = await open(shown);

    expect([once.statusCode, twice.statusCode]).toEqual([200, 403]);
  });

  it.each([
    ['no nonce', (form: URLSearchParams) => form.delete('nonce')],
    ['another nonce', (form: URLSearchParams) => form.set('nonce', signature)],
    ['another time', (form: URLSearchParams) => form.set('issued', String(now))],
    ['no time', (form: URLSearchParams) => form.delete('issued')],
  ])('C14 does not decide with %s', async (_, change) => {
    const { statusCode } = await open(answeredBy(change));

    expect(statusCode).toBe(403);
    expect(writes()).toEqual([]);
  });

  it.each([
    ['a moment before', -1, 403],
    ['at the time of', 0, 200],
    ['an hour after but a moment', 60 * 60_000 - 1, 200],
    ['an hour after', 60 * 60_000, 403],
  ])('C03 answers a page that was made at one time, %s it', async (_, milliseconds, expected) => {
    vi.setSystemTime(Number(answerForm().get('issued')) + milliseconds);

    const { statusCode } = await open(answered);

    expect(statusCode).toBe(expected);
    expect(writes().length > 0).toBe(expected === 200);
  });

  it('does not decide what is neither', async () => {
    const { statusCode } = await open({ ...answered, body: 'status=Maybe', isBase64Encoded: false });

    expect(statusCode).toBe(400);
    expect(writes()).toEqual([]);
  });

  it.each(['PUT', 'DELETE', 'PATCH', 'OPTIONS'])('allows no %s', async (method) => {
    const { statusCode } = await open(withMethod(answered, method));

    expect(statusCode).toBe(405);
    expect(writes()).toEqual([]);
  });

  it('C03 decides no more at its deadline, and times the approval out', async () => {
    const form = answerForm();
    world.put({
      ...actionItem('Approve'),
      status: 'Running',
      approvalToken: token,
      deadline: Number(form.get('issued')),
    });

    const { statusCode, body } = await open(answered);

    expect(statusCode).toBe(409);
    expect(body).toContain('The approval has expired.');
    expect(written(world, 'ACTION#')).toMatchObject([{ status: 'TimedOut' }]);
  });

  it('shows what a pipeline says as text', async () => {
    const { body } = await open(shown);

    expect(body).toContain('&lt;script&gt;alert(1)&lt;/script&gt;');
    expect(body).not.toContain('<script');
  });

  it('decides nothing, and says how, when links need a sign-in', async () => {
    vi.stubEnv('APPROVAL_LINK', 'needs-sign-in');

    const page = await open(shown);
    const answer = await open(answered);

    expect([page.statusCode, answer.statusCode]).toEqual([200, 403]);
    expect(page.body).not.toContain('<form');
    expect(writes()).toEqual([]);
  });

  it('is not there when links are off', async () => {
    vi.stubEnv('APPROVAL_LINK', 'off');

    const { statusCode } = await open(shown);

    expect(statusCode).toBe(404);
    expect(world.table.calls()).toEqual([]);
  });

  it('takes one of ten answers that come at once', async () => {
    const answers = await Promise.all(Array.from({ length: 10 }, () => open(answered)));

    expect(answers.map(({ statusCode }) => statusCode).sort()).toEqual([200, ...Array(9).fill(409)]);
    expect(world.sfn.commandCalls(SendTaskSuccessCommand)).toHaveLength(1);
  });

  it('is decided by what its page has in its form', async () => {
    const { body = '' } = await open(shown);
    const answer = answeredBy((form) => {
      for (const name of ['issued', 'nonce'])
        form.set(name, new RegExp(`name="${name}" value="([^"]+)"`).exec(body)?.[1] ?? '');
    });

    const { statusCode } = await open(answer);

    expect(statusCode).toBe(200);
  });

  it.each([
    ['as it was rejected', 'Rejected', 'too early', ['Failed', 'too early']],
    ['without a comment', 'Approved', undefined, ['Succeeded', undefined]],
    ['with the first 512 characters of a comment', 'Approved', 'x'.repeat(513), ['Succeeded', 'x'.repeat(512)]],
  ])('keeps an answer %s', async (_, status, summary, kept) => {
    const event = answeredBy((form) => {
      form.set('status', status);
      if (summary === undefined) form.delete('summary');
      else form.set('summary', summary);
    });

    const { statusCode, body } = await open(event);

    expect(statusCode).toBe(200);
    expect(body).toContain(`<h1>${status}</h1>`);
    expect(written(world, 'ACTION#').map((item) => [item['status'], item['summary']])).toEqual([kept]);
  });

  it('shows the artifacts of its run, in the order in which they were made, and of no other', async () => {
    const made = (name: string) => ({ outputs: [{ name, bucket: 'artifacts', key: name, sha256: 'e3b0' }] });
    const ofOther = actionItem('Source', made('Other'));
    for (const item of [
      actionItem('Build', made('Site')),
      actionItem('Source', made('SourceOutput')),
      { ...ofOther, sk: ofOther.sk.replace(runId, 'another-run') },
    ])
      world.put(item);

    const { body = '' } = await open(shown);

    const [, section = ''] = body.split('Artifacts of this run');
    expect([...section.matchAll(/<dt>([^<]*)<\/dt>/g)].map(([, name]) => name)).toEqual(['SourceOutput', 'Site']);
  });

  it.each([
    ['links are off', shown, 'off', 'Not found', 'switched off here'],
    ['its method is not allowed', withMethod(shown, 'PUT'), 'decides', 'Not allowed', 'PUT is not allowed here.'],
    [
      'its signature is not ours',
      withQuery(shown, { signature: 'forged' }),
      'decides',
      'Not a valid link',
      'This address is not the link of an approval mail',
    ],
    [
      'it needs a sign-in',
      answered,
      'needs-sign-in',
      'This link does not decide',
      'Answer with your own credentials.</p></div><p class="after"><a href=',
    ],
    [
      'its answer is neither',
      answeredBy((form) => form.set('status', 'Maybe')),
      'decides',
      'No decision',
      'Choose Approve or Reject.</p></div><p class="after"><a href=',
    ],
    [
      'its page is too old',
      answeredBy((form) => form.set('issued', '1')),
      'decides',
      'Decide again',
      'did not come from it.</p></div><p class="after"><a href=',
    ],
  ])(
    'says why it is refused where %s, and leads back from what can be answered again',
    async (_, event, mode, title, said) => {
      vi.stubEnv('APPROVAL_LINK', mode);

      const { body } = await open(event);

      expect(body).toContain(`<h1>${title}</h1>`);
      expect(body).toContain(said);
    },
  );

  it.each([
    ['is shown', shown],
    ['is answered', answered],
  ])('says that it failed, not what it does not know, when the table fails as it %s', async (_, event) => {
    world.table.on(GetCommand).callsFake(({ Key: { pk, sk } }) => {
      if (sk.startsWith('APPROVAL#')) throw new Error('The table is not there.');
      return { Item: world.items.get(`${pk}\n${sk}`) };
    });

    expect((await open(event)).statusCode).toBe(500);
  });

  it('says that it failed, not that it came too late, when the decision cannot be kept', async () => {
    world.table.on(TransactWriteCommand).rejects(new Error('The table is not there.'));

    expect((await open(answered)).statusCode).toBe(500);
  });
});
