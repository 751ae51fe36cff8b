import { createHmac } from 'node:crypto';
import { InvokeCommand } from '@aws-sdk/client-lambda';
import { StartExecutionCommand } from '@aws-sdk/client-sfn';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ConnectionKind } from '../../functions/domain/connection.ts';
import type { GitFilters } from '../../functions/domain/declaration.ts';
import {
  connection,
  context,
  openWorld,
  pipelineId,
  pipelineItem,
  sample,
  type World,
  written,
} from '../handlers/world.ts';

/** The secret of the samples: any text that both sides know. */
const secret = 'sample-webhook-secret';
const commit = '648d01352cdd975cbfc8e6b8663c4a51a75f172e';
const samples = { GitHub: 'webhook', GitLab: 'webhook-gitlab', Bitbucket: 'webhook-bitbucket' } as const;
const kinds = Object.keys(samples) as ConnectionKind[];

let world: World;
beforeEach(() => {
  world = openWorld();
  world.put({ ...pipelineItem(''), sequence: 0 });
});
afterEach(() => world.close());

function connect(kind: ConnectionKind, more: object = {}): void {
  const arn = `arn:aws:codeconnections:us-east-1:123456789012:connection/${connection}`;
  const record = { id: connection, arn, kind, host: 'https://git.example.com', webhookSecret: 'webhook-secret' };
  world.put({ pk: `CONNECTION#${connection}`, sk: 'CONNECTION', ...record, ...more });
}

function follow(filters?: GitFilters, branch = 'main', action = 'Fetch'): void {
  const follower = { pipelineId, pipelineName: 'hello-site', action, branch };
  const kept = filters ? { filters: JSON.stringify(filters) } : {};
  world.put({ pk: `SOURCE#${connection}#sample/hello-site`, sk: `${pipelineId}#${action}`, ...follower, ...kept });
}

async function post(event: APIGatewayProxyEventV2) {
  const { handler } = await import('../../functions/listeners/webhook.ts');
  const { statusCode, body } = await handler(event, context);
  return { statusCode, answer: JSON.parse(body ?? '') };
}

const delivery = (name: string) => sample<APIGatewayProxyEventV2>(name);

/** A sample whose payload is changed and signed anew, where its host signs. */
function changed(name: string, change: (text: string) => string): APIGatewayProxyEventV2 {
  const { headers, body = '', ...rest } = delivery(name);
  const text = change(body);
  const signature = `sha256=${createHmac('sha256', secret).update(text).digest('hex')}`;
  const signed = Object.entries(headers).map(([key, value]) => [key, key.startsWith('x-hub') ? signature : value]);
  return { ...rest, headers: Object.fromEntries(signed), body: text };
}

const runs = () => written(world, 'RUN#');
const decisions = (id = commit) => written(world, `${id}#`);
const gitOf = (run: object | undefined) => Reflect.get(Reflect.get(run ?? {}, 'trigger') ?? {}, 'git');
const started = () => world.sfn.commandCalls(StartExecutionCommand).length;

describe.each(kinds)('a push that %s tells of', (kind) => {
  beforeEach(() => {
    connect(kind);
    follow();
  });

  it('starts the pipeline with its commit, and why is kept in the same transaction', async () => {
    const { statusCode, answer } = await post(delivery(samples[kind]));

    const [run] = runs();
    expect([statusCode, answer.started]).toEqual([202, [{ pipeline: 'hello-site', pipelineExecutionId: run?.['id'] }]]);
    expect(run).toMatchObject({
      trigger: {
        type: 'WebhookV2',
        git: {
          providerType: kind,
          branch: 'main',
          commitId: commit,
          commitMessage: expect.stringMatching(/^Greet the demo/),
          authorName: 'Ines',
          authorEmail: 'ines@example.com',
        },
      },
    });
    expect(gitOf(run)).not.toHaveProperty('pullRequest');
    expect(decisions()).toMatchObject([
      {
        pk: `DECISIONS#${commit.slice(0, 7)}`,
        started: true,
        run: run?.['id'],
        pipelineName: 'hello-site',
        action: 'Fetch',
        event: "push to branch 'main'",
        why: "the action follows branch 'main'",
        expires: expect.any(Number),
      },
    ]);
  });

  it('C02 starts it once, and says so when it comes again', async () => {
    await post(delivery(samples[kind]));
    await post(delivery(samples[kind]));

    const [run] = runs();
    expect(runs()).toHaveLength(1);
    expect(decisions()).toMatchObject([{ started: true }, { started: false, run: run?.['id'] }]);
    expect(decisions()[1]?.['why']).toContain('the same event came before');
  });

  it('C01 is refused with another secret, without any, and as another host shows who it is', async () => {
    const { headers, ...rest } = delivery(samples[kind]);
    const hmac = `sha256=${createHmac('sha256', secret)
      .update(rest.body ?? '')
      .digest('hex')}`;
    const wrong = `sha256=${'a'.repeat(64)}`;
    const shown = {
      GitHub: {
        name: 'x-hub-signature-256',
        right: hmac,
        others: [{ 'x-hub-signature': hmac }, { 'x-gitlab-token': secret }],
      },
      Bitbucket: {
        name: 'x-hub-signature',
        right: hmac,
        others: [{ 'x-hub-signature-256': hmac }, { 'x-gitlab-token': secret }],
      },
      GitLab: {
        name: 'x-gitlab-token',
        right: secret,
        others: [{ 'x-hub-signature-256': hmac }, { 'x-hub-signature': hmac }],
      },
    }[kind];
    const { [shown.name]: right, ...none } = headers;
    const texts = [wrong, '', `${secret}x`, secret.slice(1), secret.toUpperCase(), hmac.replace('sha256', 'sha1')];
    const tried = [
      none,
      ...texts.map((text) => ({ ...none, [shown.name]: text })),
      ...shown.others.map((other) => ({ ...none, ...other })),
    ];

    const statuses: unknown[] = [];
    for (const each of tried) statuses.push((await post({ ...rest, headers: each })).statusCode);

    expect(right).toBe(shown.right);
    expect(new Set(statuses)).toEqual(new Set([401]));
    expect([started(), decisions().length]).toEqual([0, 0]);
  });

  it('starts nothing where another branch is followed, and why is kept', async () => {
    follow(undefined, 'live');

    const { answer } = await post(delivery(samples[kind]));

    expect(answer.started).toEqual([]);
    expect(decisions()).toMatchObject([{ started: false, why: "the action follows branch 'live', not 'main'" }]);
  });

  it('is passed over where the connection allows it and the commit says so', async () => {
    const skipping = changed(samples[kind], (text) => text.replaceAll('Greet the demo', 'Greet [Skip CI]'));
    connect(kind, { skipCi: true });

    await post(skipping);
    const before = started();
    connect(kind);
    await post(skipping);

    expect([before, started()]).toEqual([0, 1]);
    expect(decisions()).toMatchObject([
      { started: false, why: expect.stringContaining('says to skip it') },
      { started: true },
    ]);
  });
});

describe('a repository that nobody follows', () => {
  it('has that kept', async () => {
    connect('GitHub');

    await post(delivery('webhook'));

    const [decision, ...others] = decisions();
    expect(others).toEqual([]);
    expect(decision).toMatchObject({
      started: false,
      why: 'no pipeline follows the repository behind this connection',
    });
    expect(decision).not.toHaveProperty('pipelineName');
  });
});

describe('a pull request', () => {
  const opened: GitFilters = { pullRequest: [{ events: ['OPEN'], branches: { includes: ['main'] } }] };
  beforeEach(() => connect('GitHub'));

  it('starts the pipeline with the newest commit of its own branch', async () => {
    follow(opened);

    await post(delivery('webhook-pull-request'));

    const git = { branch: 'greeting', pullRequest: { id: '7', event: 'OPEN', destinationBranch: 'main' } };
    expect(runs()).toMatchObject([{ trigger: { git: { ...git, commitId: commit, commitMessage: 'Greet the demo' } } }]);
    expect(JSON.parse(String(runs()[0]?.['sourceOverrides']))).toMatchObject([{ revisionValue: commit }]);
    expect(decisions()).toMatchObject([
      { event: "OPEN of pull request 7 from 'greeting' into 'main'", why: expect.stringContaining('is OPEN') },
    ]);
  });

  it('starts nothing without a trigger, or by one that is for pushes', async () => {
    follow();
    await post(delivery('webhook-pull-request'));
    follow({ push: [{}] });
    await post(delivery('webhook-pull-request'));

    expect(started()).toBe(0);
    expect(decisions().map(({ why }) => why)).toEqual([
      "the action has no trigger, and follows pushes to branch 'main'",
      'the trigger has no pullRequest filter',
    ]);
  });

  it.each([
    ['a fork', '"repo":{"full_name":"stranger/hello-site","fork":true}', "the fork 'stranger/hello-site'"],
    ['a fork that is gone', '"repo":null', 'a repository that is gone'],
    ['a name that differs in its case', '"repo":{"full_name":"Sample/hello-site"}', "the fork 'Sample/hello-site'"],
  ])('C11 starts nothing from %s, whatever the filter lets through', async (_, repo, says) => {
    follow({ pullRequest: [{}] });
    const foreign = changed('webhook-pull-request', (text) => {
      const payload = JSON.parse(text);
      payload.pull_request.head = { ...payload.pull_request.head, ...JSON.parse(`{${repo}}`) };
      return JSON.stringify(payload);
    });

    const { answer } = await post(foreign);

    expect([started(), answer.started]).toEqual([0, []]);
    expect(decisions()).toMatchObject([{ started: false, why: expect.stringContaining(says) }]);
  });

  describe('whose files matter', () => {
    const filters: GitFilters = { pullRequest: [{ filePaths: { includes: ['src/**'] } }] };
    const answering = (answer: object) =>
      world.lambda.on(InvokeCommand).resolves({ Payload: Buffer.from(JSON.stringify(answer)) as never });

    it('has its host asked for them', async () => {
      connect('GitHub', { api: 'https://api.example.com' });
      follow(filters);
      answering({ paths: ['docs/a'] });
      await post(delivery('webhook-pull-request'));
      answering({ paths: ['docs/a', 'src/b'] });
      await post(delivery('webhook-pull-request'));

      const asked = world.lambda.commandCalls(InvokeCommand).map(({ args }) => args[0].input.Payload?.toString());
      expect(asked).toHaveLength(2);
      expect(JSON.parse(asked[0] ?? '')).toEqual({
        connection,
        repository: 'sample/hello-site',
        files: { pullRequest: '7' },
      });
      expect(decisions().map(({ started: isStart, why }) => [isStart, why])).toEqual([
        [false, "pullRequest filter 1: file 'docs/a' is not included"],
        [true, "pullRequest filter 1: pull request 7 is OPEN, file 'src/b' is included by 'src/**'"],
      ]);
    });

    it('has its host asked also where one of several filters alone depends on them', async () => {
      connect('GitHub', { api: 'https://api.example.com' });
      follow(filters);
      follow({ pullRequest: [{}] }, 'main', 'Other');
      answering({ paths: ['docs/a'] });

      await post(delivery('webhook-pull-request'));

      expect(world.lambda.commandCalls(InvokeCommand)).toHaveLength(1);
      expect(decisions().map(({ action, started: isStart }) => [action, isStart])).toEqual([
        ['Other', true],
        ['Fetch', false],
      ]);
    });

    it('has nobody asked where no filter depends on them, or the event does not tell between what', async () => {
      connect('GitHub', { api: 'https://api.example.com' });
      follow({ pullRequest: [{}] });
      await post(delivery('webhook-pull-request'));
      follow({ push: [{ filePaths: { includes: ['src/**'] } }] });
      await post(changed('webhook', (text) => JSON.stringify({ ...JSON.parse(text), before: undefined, commits: [] })));

      expect(world.lambda.commandCalls(InvokeCommand)).toEqual([]);
      expect(decisions().map(({ why }) => why)).toEqual([
        'pullRequest filter 1: pull request 7 is OPEN',
        expect.stringContaining('as they are not known: the push lists no commits'),
      ]);
    });

    it('starts where the host cannot be asked, and why is kept', async () => {
      follow(filters);
      await post(delivery('webhook-pull-request'));
      connect('GitHub', { api: 'https://api.example.com' });
      world.lambda.on(InvokeCommand).rejects(new Error('down'));
      await post(changed('webhook-pull-request', (text) => `${text} `));

      expect(runs()).toHaveLength(2);
      expect(decisions().map(({ why }) => why)).toEqual([
        expect.stringContaining('the connection has no API to ask'),
        expect.stringContaining('the host could not be asked'),
      ]);
    });
  });
});

describe('a pull request of Bitbucket', () => {
  const payload = (id: number, hash: string) => ({
    repository: { full_name: 'sample/hello-site' },
    pullrequest: {
      id,
      title: 'Greet',
      source: { branch: { name: 'greeting' }, commit: { hash }, repository: { full_name: 'sample/hello-site' } },
      destination: { branch: { name: 'main' }, commit: { hash: '1'.repeat(12) } },
    },
  });
  const telling = (key: string, body: object): APIGatewayProxyEventV2 => {
    const event = changed('webhook-bitbucket', () => JSON.stringify(body));
    return { ...event, headers: { ...event.headers, 'x-event-key': key } };
  };

  it('starts once for its newest commit, as a new title is an update too', async () => {
    connect('Bitbucket');
    follow({ pullRequest: [{}] });
    const [one, two] = ['abcdef012345', 'abcdef012346'];

    await post(telling('pullrequest:created', payload(1, one)));
    await post(telling('pullrequest:updated', { ...payload(1, one), actor: 'with another title' }));
    await post(telling('pullrequest:updated', payload(1, two)));
    await post(telling('pullrequest:rejected', payload(1, two)));

    expect(runs().map(({ trigger }) => (trigger as { git: { commitId: string } }).git.commitId)).toEqual([one, two]);
  });
});

describe('a push that Bitbucket tells of with several changes', () => {
  type Change = { readonly new: Record<string, unknown> };
  const also = (...more: readonly object[]) =>
    changed('webhook-bitbucket', (text) => {
      const payload = JSON.parse(text) as { push: { changes: Change[] } };
      const [first] = payload.push.changes;
      const others = more.map((each) => ({ ...first, old: null, new: { ...first?.new, ...each } }));
      return JSON.stringify({ ...payload, push: { changes: [first, ...others] } });
    });
  const records = () => [...world.items.values()].filter(({ pk }) => pk.startsWith('AUDIT#'));

  it('starts a run for each branch, and each start is recorded', async () => {
    connect('Bitbucket');
    follow({ push: [{}] });
    const branches = [{ name: 'other' }, { name: 'third' }];

    const { answer } = await post(also(...branches));
    await post(also(...branches));

    expect(answer.started).toHaveLength(3);
    expect(runs().map(gitOf)).toMatchObject([{ branch: 'main' }, { branch: 'other' }, { branch: 'third' }]);
    const { requestId } = delivery('webhook-bitbucket').requestContext;
    expect(records().map((record) => record['requestId'])).toEqual(
      ['1', '1.1', '2.1'].map((part) => `${requestId}#${part}`),
    );
  });

  it('starts a run for a tag, which is of no branch', async () => {
    connect('Bitbucket');
    follow({ push: [{ tags: { includes: ['v*'] } }] });

    await post(also({ type: 'tag', name: 'v1' }));

    expect(runs()).toHaveLength(1);
    expect(gitOf(runs()[0])).toMatchObject({ tag: 'v1', commitId: commit });
    expect(gitOf(runs()[0])).not.toHaveProperty('branch');
  });

  it('keeps why a pipeline refused to start', async () => {
    connect('Bitbucket');
    follow();
    world.put({ ...pipelineItem(''), deleted: true });

    await post(delivery('webhook-bitbucket'));

    expect(decisions()).toMatchObject([{ started: false, why: expect.stringContaining('hello-site') }]);
  });
});
