import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openSns, type Sns } from '../../../local/sns/sns.ts';
import { discard, newContext, recordingPorts } from '../eventbridge/serving.ts';
import { mailsOf, page } from './mails.ts';

let context: ReturnType<typeof newContext>;
let sns: Sns;
const TOPIC = 'arn:aws:sns:us-east-1:000000000000:t';

beforeEach(async () => {
  context = newContext();
  sns = openSns(context, recordingPorts());
  await sns.resources['AWS::SNS::Topic']?.({
    logicalId: 'T',
    name: 't',
    type: 'AWS::SNS::Topic',
    properties: { Subscription: [{ Protocol: 'email', Endpoint: 'ines@example.com' }] },
  });
});

afterEach(async () => {
  await sns.close();
  discard(context);
});

const pathOf = (html: string) => /href="\/mail\/(messages\/[\w-]+)"/.exec(html)?.[1] ?? '';

describe('the mailbox', () => {
  it('says that it is empty', async () => {
    const { status, body } = await page(sns, '');

    expect(status).toBe(200);
    expect(body).toContain('No mail yet');
    expect(await mailsOf(sns)).toEqual([]);
  });

  it('lists mails, newest first, and shows one', async () => {
    sns.publish(TOPIC, 'First text', 'First');
    context.clock.turn(60_000);
    sns.publish(TOPIC, 'Second text', 'Second');

    const list = await page(sns, '/');
    const mail = await page(sns, pathOf(list.body));

    expect(list.body.indexOf('Second')).toBeLessThan(list.body.indexOf('First'));
    expect(list.body).toContain('<time datetime="2026-03-02T08:16:04.000Z">2 Mar 2026, 08:16 UTC</time>');
    expect(mail.body).toContain('<h1>Second</h1>');
    expect(mail.body).toContain('Second text');
    expect(mail.body).toContain('ines@example.com');
  });

  it('makes addresses links and nothing else', async () => {
    sns.publish(
      TOPIC,
      'Go to https://example.com/a?b=1&c=2, (http://example.com/x). javascript:alert(1) https://"x',
      'Links',
    );

    const { body } = await page(sns, pathOf((await page(sns, '')).body));
    const links = [...body.matchAll(/<a href="(http[^"]*)"/g)].map(([, href]) => href);

    expect(links).toEqual(['https://example.com/a?b=1&amp;c=2', 'http://example.com/x']);
    expect(body).toContain('</a>, (<a');
    expect(body).not.toContain('href="javascript:');
  });

  it('keeps an approval link whole', async () => {
    const link = 'https://api.example.com/approve?run=1&signature=a-b_c%3D&token=x~y';
    sns.publish(TOPIC, `{"link":"${link}"}\n${link}\n`, 'Approval');

    const { body } = await page(sns, pathOf((await page(sns, '')).body));

    expect([...body.matchAll(/<a href="(http[^"]*)"/g)].map(([, href]) => href?.replaceAll('&amp;', '&'))).toEqual([
      link,
      link,
    ]);
  });

  it('escapes what others wrote', async () => {
    sns.publish(
      TOPIC,
      '<script>alert(1)</script> https://example.com/"onmouseover=alert(1)',
      '<img src=x onerror=alert(1)>',
    );

    const list = await page(sns, '');
    const mail = await page(sns, pathOf(list.body));

    for (const { body } of [list, mail]) expect(body).not.toMatch(/<script|<img|"onmouseover/);
    expect(mail.body).toContain('&lt;script&gt;alert(1)&lt;/script&gt;');
    expect(mail.body).toContain('<title>&lt;img src=x onerror=alert(1)&gt; – Mailbox</title>');
  });

  it('is read-only, runs no script and takes style from itself only', async () => {
    const answers = [await page(sns, ''), await page(sns, 'style.css'), await page(sns, 'messages/none')];
    const policy = "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    expect(answers.map(({ status }) => status)).toEqual([200, 200, 404]);
    expect(answers.map(({ headers }) => headers['content-security-policy'])).toEqual([policy, policy, policy]);
    expect(answers[0]?.body).not.toMatch(/<script|<style|style=|<form/);
    expect(answers[1]?.headers['content-type']).toBe('text/css; charset=utf-8');
    expect((await page(sns, '', { method: 'POST' })).status).toBe(405);
    expect(await page(sns, '', { method: 'HEAD' })).toMatchObject({ status: 200, body: '' });
  });

  it('turns the page after fifty mails', async () => {
    for (let count = 1; count <= 51; count += 1) sns.publish(TOPIC, 'x', `Mail ${count}.`);

    const first = await page(sns, '');
    const query = /href="\/mail\/\?(before=[\w-]+)"/.exec(first.body)?.[1] ?? '';
    const second = await page(sns, '', { query });

    expect(first.body).toContain('Mail 2.');
    expect(first.body).not.toContain('Mail 1.');
    expect(second.body).toContain('Mail 1.');
    expect(second.body).not.toContain('Mail 2.');
    expect(second.body).toContain('Newest mail');
    expect(second.body).not.toContain('Older mail');
  });

  it.each(['messages/../style.css', 'messages/%2e%2e', '../sns.sqlite', 'messages/', 'index.html'])(
    'has no page %s',
    async (path) => {
      expect((await page(sns, path)).status).toBe(404);
    },
  );
});
