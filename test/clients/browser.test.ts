import { existsSync, readFileSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { ListPipelineExecutionsCommand } from '@aws-sdk/client-codepipeline';
import type { AxeResults } from 'axe-core';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeConnection, makeSample, sampleName, sampleRepository } from '../../local/sample/sample.ts';
import { git } from '../../scripts/walk/git.ts';
import { linkFor } from '../../scripts/walk/reviewer.ts';
import { waitFor } from '../../scripts/walk/wait-for.ts';
import { startTestStack, type TestStack } from '../end-to-end/stack.ts';

const CHROMIUM = '/usr/bin/chromium';
const args = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const PATIENT = { timeout: 120_000 };

let test: TestStack;
let browser: Browser;
let context: BrowserContext;
let page: Page;
/** What the browser complained of: errors, and violations of the content security policy. */
const complaints: string[] = [];
/** The link of the first run's approval, which the tests decide, and that of the second's. */
let firstLink: string;
let secondLink: string;
let firstCommit: string;

beforeAll(async () => {
  if (!existsSync(CHROMIUM)) throw new Error(`There is no ${CHROMIUM}: apt-get install chromium`);
  test = await startTestStack();
  await makeConnection(test.stack);
  await makeSample(test.stack);
  browser = await chromium.launch({ executablePath: CHROMIUM, args });
  context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
  context.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning')
      complaints.push(`${message.text()} ${message.location().url}`);
  });
  context.on('weberror', (error) => complaints.push(error.error().message));
  page = await context.newPage();
});

afterAll(async () => {
  await browser?.close();
  await test?.close();
});

const address = (path: string) => `${test.stack.endpoint}${path}`;
const pipelinePage = () => address(`/pipelines/${sampleName}`);

async function newestRun(): Promise<string> {
  const { pipelineExecutionSummaries: [newest] = [] } = await test.client.send(
    new ListPipelineExecutionsCommand({ pipelineName: sampleName }),
  );
  return newest?.pipelineExecutionId ?? '';
}

/** From the mailbox by the newest mail to the page of its approval. */
async function followNewestMail(): Promise<void> {
  await page.goto(address('/mail/'));
  await page.getByRole('link', { name: 'APPROVAL NEEDED' }).first().click();
  await page.getByRole('link', { name: '/approvals/' }).click();
  await page.getByRole('heading', { level: 1, name: `Approve ${sampleName}?` }).waitFor(PATIENT);
}

/** The page's facts by their names. */
async function facts(): Promise<Readonly<Record<string, string>>> {
  const names = await page.locator('dt').allInnerTexts();
  const values = await page.locator('dd').allInnerTexts();
  return Object.fromEntries(names.map((name, index) => [name, values[index] ?? '']));
}

/** Goes on by Tab until something of this name has the focus; answers what had it on the way. */
async function tabTo(name: string): Promise<readonly string[]> {
  const way: string[] = [];
  for (let step = 0; step < 30; step++) {
    await page.keyboard.press('Tab');
    const [here, outline] = await page.evaluate<[string, string]>(
      '[document.activeElement.labels?.[0]?.textContent ?? document.activeElement.textContent.trim(), getComputedStyle(document.activeElement).outlineStyle]',
    );
    expect(outline, `the outline of ${here}`).toBe('solid');
    way.push(here);
    if (here === name) return way;
  }
  throw new Error(`Tab does not come to ${name}, but to ${way.join(', ')}.`);
}

/** What reaches over the side of the window. */
function sideways(of: Page): Promise<number> {
  return of.evaluate<number>('document.documentElement.scrollWidth - document.documentElement.clientWidth');
}

/** These follow one another as a reviewer's steps do. */
describe('a reviewer in Chromium', () => {
  it('comes from the mailbox by mail and link to what is to be approved', async () => {
    firstLink = await linkFor(test.stack.endpoint, await newestRun());

    await followNewestMail();

    expect(page.url()).toBe(firstLink);
    firstCommit = (await facts())['Revision'] ?? '';
    expect(firstCommit).toMatch(/^[0-9a-f]{40}$/);
    expect(await facts()).toMatchObject({
      Source: 'Fetch',
      Author: 'Sluice <sluice@localhost>',
      Message: 'Say hello',
      'Approved before': 'Nothing: this is the first approval here.',
      Site: expect.stringMatching(/^SHA-256\s+[0-9a-f]{64}$/),
    });
    expect(await page.locator('main').innerText()).toContain(`2 pages, from commit ${firstCommit}`);
  });

  it('approves with a comment, sees that it is done, and the pipeline go on before their eyes', async () => {
    const watching = await context.newPage();
    await watching.goto(pipelinePage());
    await watching.getByText('waits for approval: Approve › Review.').waitFor(PATIENT);
    await watching.evaluate('window.sameDocument = true');

    await page.getByLabel('Comment').fill('Well done <b>you</b>');
    await page.getByRole('button', { name: 'Approve' }).click();
    await page.getByRole('heading', { name: 'Approved' }).waitFor(PATIENT);
    await watching.bringToFront();
    await watching
      .getByRole('status')
      .filter({ hasText: / succeeded\.$/ })
      .waitFor(PATIENT);

    expect(await page.locator('main').innerText()).toContain('The run goes on.');
    expect(await watching.evaluate('window.sameDocument')).toBe(true);
    await watching.close();
  });

  it('sees by the link afterwards who decided what, and nothing to decide', async () => {
    await page.getByRole('link', { name: 'See what was decided' }).click();
    await page.getByRole('heading', { name: `${sampleName}: Approved` }).waitFor(PATIENT);

    expect(page.url()).toBe(firstLink);
    expect(await page.locator('main').innerText()).toContain('The link of the approval mail (email-link)');
    expect(await page.locator('main').innerText()).toContain('Well done <b>you</b>');
    expect(await page.getByRole('button').count()).toBe(0);
  });

  it('sees the site from the page of the pipeline', async () => {
    await page.goto(pipelinePage());
    await page.getByRole('link', { name: 'Its site' }).click();

    expect(await page.getByRole('heading', { level: 1 }).innerText()).toBe('Hello');
  });

  it('is safe from the scripts of the site, which read no mail', async () => {
    const apart = await browser.newPage();
    await apart.goto(`${test.stack.endpoint}/sites/${sampleName}/`);

    const [origin, mail, own] = await apart.evaluate(async () => {
      const asked = (path: string) =>
        fetch(path).then(
          ({ status }) => String(status),
          (error: Error) => error.name,
        );
      return [Reflect.get(globalThis, 'origin'), await asked('/mail/messages.json'), await asked('index.html')];
    });

    expect({ origin, mail, own }).toEqual({ origin: 'null', mail: 'TypeError', own: '200' });
    await apart.close();
  });

  it('follows the log of a running build, and is told what was approved before', async () => {
    const clone = join(test.folder, 'clone');
    await git(test.folder, 'clone', '--quiet', address(`/git/${sampleRepository}.git`), 'clone');
    const buildspec = join(clone, 'buildspec.yml');
    const gate = join(test.folder, 'gate');
    const slow = `- echo "step 1 of 3"\n      - until [ -e ${gate} ]; do sleep 0.1; done\n      - echo "step 3 of 3"\n      - mkdir -p public`;
    await writeFile(buildspec, (await readFile(buildspec, 'utf8')).replace('- mkdir -p public', slow));
    await git(clone, 'commit', '--quiet', '--all', '--message', 'Build <slowly>\n\nSo that it can be seen.');
    const first = await newestRun();
    await page.goto(pipelinePage());
    await git(clone, 'push', '--quiet');

    const log = page.getByRole('region', { name: 'Log of Build' });
    await log.getByText('step 1 of 3', { exact: true }).waitFor(PATIENT);
    const early = await log.innerText();
    await writeFile(gate, '');
    await log.getByText('step 3 of 3', { exact: true }).waitFor(PATIENT);
    const second = await waitFor('the second run', async () => {
      const newest = await newestRun();
      return newest === first ? undefined : newest;
    });
    secondLink = await linkFor(test.stack.endpoint, second);
    await followNewestMail();

    expect(early).not.toMatch(/^step 3 of 3$/m);
    expect(await facts()).toMatchObject({
      Author: 'Ines <ines@example.com>',
      Message: 'Build <slowly>\n\nSo that it can be seen.',
      'Approved before': expect.stringMatching(
        new RegExp(`^${firstCommit}\\s+on \\d+ \\w+ \\d{4}, \\d\\d:\\d\\d UTC$`),
      ),
    });
  });

  describe.each(['light', 'dark'] as const)('finds, in %s colours,', (colorScheme) => {
    it.each([
      ['an open approval', () => secondLink],
      ['a decided approval', () => firstLink],
      ['a refused link', () => secondLink.replace(/.$/, (last) => (last === 'A' ? 'B' : 'A'))],
      ['the mailbox', () => address('/mail/')],
      ['the list of pipelines', () => address('/pipelines/')],
      ['the page of a pipeline', pipelinePage],
      ['a mail', () => address('/mail/')],
    ])('%s that axe-core has nothing against and that does not scroll sideways at 360 pixels', async (what, at) => {
      // Only axe may go past the policy: it is no script of ours.
      const other = await browser.newContext({ colorScheme, bypassCSP: true, viewport: { width: 1280, height: 800 } });
      try {
        const seen = await other.newPage();
        await seen.goto(at());
        if (what === 'a mail') await seen.getByRole('link', { name: 'APPROVAL NEEDED' }).first().click();
        await seen.locator('h1').waitFor(PATIENT);
        await seen.evaluate(axe);
        const wide = await seen.evaluate<AxeResults>('axe.run()');
        await seen.setViewportSize({ width: 360, height: 740 });
        const narrow = await seen.evaluate<AxeResults>('axe.run()');

        const violations = [...wide.violations, ...narrow.violations];
        expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`)).toEqual([]);
        expect(await sideways(seen)).toBeLessThanOrEqual(0);
      } finally {
        await other.close();
      }
    });
  });

  it('rejects by keyboard alone, on a small screen', async () => {
    await page.setViewportSize({ width: 360, height: 740 });
    await page.goto(address('/mail/'));
    await page.getByRole('link', { name: 'APPROVAL NEEDED' }).first().focus();
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { level: 1, name: 'APPROVAL NEEDED' }).waitFor(PATIENT);
    await tabTo(secondLink);
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { level: 1, name: `Approve ${sampleName}?` }).waitFor(PATIENT);

    await tabTo('Comment (optional)');
    await page.keyboard.type('Too slow');
    const buttons = await tabTo('Reject');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Rejected' }).waitFor(PATIENT);

    expect(buttons).toEqual(['Approve', 'Reject']);
    expect(await page.locator('main').innerText()).toContain('The run ends here as failed.');
  });

  it('reads on the page of the pipeline first of all why the run failed', async () => {
    await page.goto(pipelinePage());
    await page.getByText('failed in Approve › Review.').waitFor(PATIENT);

    const cause = page.locator('#cause');
    expect(await cause.innerText()).toContain('Too slow');
    expect(await sideways(page)).toBeLessThanOrEqual(0);
    const top = (selector: string) => page.locator(selector).evaluate((element) => element.getBoundingClientRect().top);
    expect(await top('#cause')).toBeLessThan(await top('#stages'));
  });

  it('has met no error and no breach of the content security policy on the whole way', () => {
    // The sample's site has no icon, and Chromium asks for one.
    expect(complaints.filter((complaint) => !complaint.endsWith('/favicon.ico'))).toEqual([]);
  });
});
