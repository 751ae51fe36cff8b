import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { mockClient } from 'aws-sdk-client-mock';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { startInput } from '../../functions/actions/codebuild/start-input.ts';
import { publishTo } from '../../functions/aws/topic.ts';
import type { ActionExecution } from '../../functions/domain/action.ts';
import {
  approvalMessage,
  approvalNotice,
  approvalSubject,
  decidingMail,
} from '../../functions/domain/approval-message.ts';
import { actionDetail, runDetail } from '../../functions/domain/event-detail.ts';
import { githubEvents } from '../../functions/domain/host-events/github.ts';
import { references, replaceInConfiguration, replaceReferences } from '../../functions/domain/variables.ts';
import type { Work } from '../../functions/engine/work.ts';
import { html, page } from '../../functions/lambda/html.ts';
import { logger } from '../../functions/lambda/logger.ts';
import { anAction, aRun, iso, runId } from '../domain/given.ts';
import { hostileTexts } from './payloads.ts';

const texts = Object.entries(hostileTexts);
const links = { consoleLink: 'https://sluice.example/web', approvalReviewLink: 'https://sluice.example/approvals/1' };

afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
});

describe('C12 a stranger’s text in a reference', () => {
  it('comes in twenty kinds and more', () => {
    expect(texts.length).toBeGreaterThanOrEqual(20);
  });

  it.each(texts)('is put in as it is and not looked at again: %s', (_, hostile) => {
    const seen: string[] = [];

    const text = replaceReferences('<#{a.b}|#{c.d}>', ({ text }) => {
      seen.push(text);
      return hostile;
    });

    expect(text).toBe(`<${hostile}|${hostile}>`);
    expect(seen).toEqual(['#{a.b}', '#{c.d}']);
  });

  it.each(texts)('stays one string of the JSON it stands in: %s', (_, hostile) => {
    const text = '[{"name":"A","value":"<#{a.b}>"},{"name":"B","value":"#{a.b}#{none.x}"}]';

    const replaced = replaceInConfiguration(text, ({ namespace }) => (namespace === 'a' ? hostile : undefined));

    expect(JSON.parse(replaced)).toEqual([
      { name: 'A', value: `<${hostile}>` },
      { name: 'B', value: `${hostile}#{none.x}` },
    ]);
  });

  it.each(['plain #{a.b}', '{"not": #{a.b}}', '[1,#{a.b}', '  {#{a.b}'])(
    'is put as it is into what is no JSON: %s',
    (text) => {
      expect(replaceInConfiguration(text, () => '"')).toBe(text.replace('#{a.b}', '"'));
    },
  );

  it('makes no reference of two values and what stands between', () => {
    const text = replaceReferences('#{a.b}#{c.d}#{e.f}', ({ key }) => ({ b: '#{x', d: '.', f: 'y}' })[key]);

    expect(text).toBe('#{x.y}');
    expect(references(text)).toHaveLength(1);
  });
});

describe('C12 a stranger’s text in a build', () => {
  it.each(texts)('is the value of one environment variable: %s', (_, hostile) => {
    const EnvironmentVariables = replaceInConfiguration(
      '[{"name":"MESSAGE","value":"#{Source.CommitMessage}"},{"name":"BRANCH","value":"#{Source.BranchName}"}]',
      () => hostile,
    );
    const work = {
      configuration: { ProjectName: 'p', EnvironmentVariables },
      inputs: [{ name: 'SourceOutput', bucket: 'artifacts', key: 'k.zip', revision: 'c0ffee' }],
      outputs: [],
      action: anAction(),
      run: aRun(),
    } as unknown as Work;

    const { environmentVariablesOverride: variables = [], ...rest } = startInput(work);

    expect(
      variables.map(({ name, value }) => (['MESSAGE', 'BRANCH'].includes(name ?? '') ? [name, value] : name)),
    ).toEqual([
      ['MESSAGE', hostile],
      ['BRANCH', hostile],
      'SLUICE_ACTION',
      'CODEBUILD_INITIATOR',
      'CODEBUILD_RESOLVED_SOURCE_VERSION',
    ]);
    expect(variables.every(({ type }) => type === 'PLAINTEXT')).toBe(true);
    expect(JSON.stringify(rest)).not.toContain(JSON.stringify(hostile).slice(1, -1));
  });
});

describe('C30 a stranger’s text in a log', () => {
  it.each(texts)('stays in one JSON record, in ASCII’s printable part or beyond control: %s', (_, hostile) => {
    const lines: string[] = [];
    vi.stubEnv('POWERTOOLS_LOG_LEVEL', 'INFO');
    logger.setLogLevel('INFO');
    const take = (line: unknown) => lines.push(String(line));
    for (const level of ['info', 'warn', 'error', 'log'] as const) {
      vi.spyOn((logger as unknown as { console: Console }).console, level).mockImplementation(take);
    }

    logger.info(hostile, { commitMessage: hostile, [hostile]: 'a key' });
    logger.error('It failed.', new Error(hostile));

    expect(lines).toHaveLength(2);
    const [first = '', second = ''] = lines;
    expect(JSON.parse(first)).toMatchObject({ level: 'INFO', message: hostile, commitMessage: hostile });
    expect(JSON.parse(second)).toMatchObject({ level: 'ERROR', message: 'It failed.' });
    // biome-ignore lint/suspicious/noControlCharactersInRegex: that is what must not be there
    for (const line of lines) expect(line.trimEnd()).not.toMatch(/[\u0000-\u001f]/);
  });
});

describe('C30 a stranger’s text in an approval', () => {
  it.each(texts)('is in the messages as data, in the mail indented: %s', (_, hostile) => {
    const resolvedConfiguration = { ExternalEntityLink: hostile, CustomData: hostile };
    const action = anAction({ resolvedConfiguration });

    const message = approvalMessage(action, 'eu-west-1', links, iso);
    const mails = [decidingMail(action, links.approvalReviewLink, iso), approvalNotice(action, links.consoleLink, iso)];

    expect(JSON.parse(message)).toMatchObject({ approval: { customData: hostile, externalEntityLink: hostile } });
    const own = [
      decidingMail(anAction(), links.approvalReviewLink, iso),
      approvalNotice(anAction(), links.consoleLink, iso),
    ]
      .join('\n')
      .split('\n');
    for (const line of mails.join('\n').split('\n')) {
      expect(line).not.toMatch(/[\p{Cc}\u202a-\u202e\u2066-\u2069]/u);
      if (!line.startsWith('    ')) expect([...own, 'Look at:', 'Comment:']).toContain(line);
    }
  });

  it.each(texts)('makes a subject of one line of ASCII: %s', async (_, hostile) => {
    const sns = mockClient(SNSClient);
    sns.on(PublishCommand).resolves({});
    const subject = approvalSubject(anAction({ pipelineName: hostile, action: hostile }));

    await publishTo('arn:aws:sns:eu-west-1:111122223333:t', { subject, body: hostile, email: hostile });

    const { Subject, Message = '' } = sns.commandCalls(PublishCommand)[0]?.args[0].input ?? {};
    sns.restore();
    expect(Subject).toMatch(/^[\x20-\x7e]{1,100}$/);
    expect(JSON.parse(Message)).toEqual({ default: hostile, email: hostile });
  });
});

describe('C30 a stranger’s text in a page', () => {
  it.each(texts)('is seen for what it is, and is no markup: %s', (_, hostile) => {
    const harmless = page(200, 'x', html`<p title="${'x'}">${['x']}</p>`).body ?? '';

    const { body = '' } = page(200, hostile, html`<p title="${hostile}">${[hostile]}</p>`);

    expect(body).not.toMatch(/[^\P{Cc}\n\t]|\p{Bidi_Control}/u);
    expect(body.match(/<[^>]*>/g)?.length).toBe(harmless.match(/<[^>]*>/g)?.length);
    expect(body.match(/["']/g)?.length).toBe(harmless.match(/["']/g)?.length);
  });

  it('shows a control character as its number, and keeps the lines', () => {
    const shown = html`${'one\r\ntwo\rthree\tfour\u001b[31m\u202efive\u0085'}`;

    expect(shown.html).toBe('one\ntwo\nthree\tfour[U+001B][31m[U+202E]five[U+0085]');
  });
});

describe('C12 a stranger’s text in an event', () => {
  it.each(texts)('is one member of the detail: %s', (_, hostile) => {
    const [push] = githubEvents('push', {
      ref: `refs/heads/${hostile}`,
      after: 'a'.repeat(40),
      repository: { full_name: hostile },
      head_commit: { message: hostile, author: { name: hostile, username: hostile, email: hostile } },
    });
    const git = { providerType: 'GitHub', connectionArn: 'arn', ...push } as never;
    const artifact = { name: hostile, bucket: hostile, key: hostile };
    const failed = anAction({
      status: 'Failed',
      inputs: [artifact],
      outputs: [artifact],
      failure: { code: 'JobFailed', message: hostile },
      externalId: hostile,
      url: hostile,
    } as Partial<ActionExecution>);

    const run = runDetail(
      aRun({ trigger: { type: 'WebhookV2', detail: '', git } }),
      { level: 'Pipeline', state: 'STARTED' },
      iso,
    );
    const action = actionDetail(
      failed,
      runId,
      { level: 'Action', state: 'FAILED', action: failed.key } as never,
      'eu-west-1',
      iso,
    );

    expect(JSON.parse(JSON.stringify(run))).toMatchObject({
      'execution-trigger': {
        'full-repository-name': hostile,
        'commit-message': hostile,
        'author-display-name': hostile,
        'author-email': hostile,
        'branch-name': hostile,
      },
      state: 'STARTED',
    });
    expect(JSON.parse(JSON.stringify(action))).toMatchObject({
      'output-artifacts': [{ name: hostile, s3location: { bucket: hostile, key: hostile } }],
      'execution-result': { 'external-execution-summary': hostile, 'external-execution-id': hostile },
      state: 'FAILED',
    });
  });
});
