import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { AxeResults } from 'axe-core';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { hostilePipeline } from './hostile-pipeline.ts';
import { buildLines } from './logs.ts';
import {
  addAction,
  addRun,
  build,
  failedBuild,
  hold,
  NOW,
  noRuns,
  running,
  superseded,
  waitingApproval,
} from './scenarios.ts';
import { type Bench, openBench, serveOverHttp } from './serving.ts';
import { HOSTILE } from './xss-corpus.ts';

const CHROMIUM = '/usr/bin/chromium';
const missing = !existsSync(CHROMIUM);
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const GROUP = '/aws/codebuild/hello-site';
/** The script asks each second while something moves. */
const SOON = { timeout: 10_000 };

describe.skipIf(missing)(`in a browser${missing ? ` (skipped: there is no ${CHROMIUM})` : ''}`, () => {
  let browser: Browser;
  let bench: Bench;
  let web: Awaited<ReturnType<typeof serveOverHttp>>;
  let context: BrowserContext;
  /** Errors and violations of the policy that the browser has told of. */
  let complaints: string[];

  beforeAll(async () => {
    browser = await chromium.launch({
      executablePath: CHROMIUM,
      args: ['--no-sandbox', '--headless', '--disable-gpu'],
    });
  });

  afterAll(async () => {
    await browser?.close();
  });

  beforeEach(async () => {
    bench = await openBench();
    web = await serveOverHttp(bench.console);
    complaints = [];
  });

  afterEach(async () => {
    await context?.close();
    await web.close();
    await bench.close();
  });

  async function open(path: string, options: Parameters<Browser['newContext']>[0] = {}): Promise<Page> {
    await context?.close();
    context = await browser.newContext(options);
    const page = await context.newPage();
    page.on('console', (message) => {
      if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
    });
    page.on('pageerror', (error) => complaints.push(error.message));
    await page.goto(`${web.origin}/pipelines${path}`);
    return page;
  }

  const all = () => [noRuns('none'), failedBuild('failed'), superseded('superseded')];
  const paths = ['/', '/none', '/failed', '/superseded', '/gone'];

  describe.each(['light', 'dark'] as const)('in %s colours', (colorScheme) => {
    it.each(paths)('%s is without a finding of axe', async (path) => {
      bench.tell(...all());
      bench.logs.write(GROUP, 'compile-2', ...buildLines(80));
      // Only axe may go past the policy: it is no script of ours.
      const page = await open(path, { colorScheme, bypassCSP: true, viewport: { width: 1280, height: 900 } });
      await page.locator('details').evaluateAll((all) => {
        for (const each of all) each.setAttribute('open', '');
      });

      await page.evaluate(axe);
      const { violations, incomplete } = await page.evaluate<AxeResults>('axe.run()');

      expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`)).toEqual([]);
      expect(incomplete.map(({ id }) => id).filter((id) => id !== 'color-contrast')).toEqual([]);
    });
  });

  describe.each([360, 1280])('at a width of %d', (width) => {
    it.each(paths)('%s does not scroll sideways', async (path) => {
      bench.tell(...all());
      bench.logs.write(GROUP, 'compile-2', 'x'.repeat(3000), ...buildLines(20));

      const page = await open(path, { viewport: { width, height: 800 } });

      expect(await sidewaysOf(page)).toEqual([]);
    });

    it('nor does one made of the longest and worst texts', async () => {
      const told = hostilePipeline(`${'W'.repeat(900)} ${HOSTILE.join(' ')}`);
      bench.tell(told);
      bench.logs.write(GROUP, 'compile-2', ...HOSTILE);

      const page = await open('/hello-site', { viewport: { width, height: 800 } });
      await page.locator('details').evaluateAll((all) => {
        for (const each of all) each.setAttribute('open', '');
      });

      expect(await sidewaysOf(page)).toEqual([]);
    });
  });

  it('sets stages left to right where there is room, else top to bottom', async () => {
    bench.tell(running());
    const tops = (page: Page) =>
      page.locator('.stage').evaluateAll((all) => all.map((each) => each.getBoundingClientRect().top));
    const wide = await tops(await open('/hello-site', { viewport: { width: 1280, height: 800 } }));
    const narrow = await tops(await open('/hello-site', { viewport: { width: 360, height: 800 } }));

    expect(new Set(wide).size).toBe(1);
    expect(narrow).toEqual([...narrow].sort((a, b) => a - b));
    expect(new Set(narrow).size).toBe(4);
  });

  it('runs no text of others as a script, and loads nothing from elsewhere', async () => {
    bench.tell(hostilePipeline(HOSTILE.join(' ')));
    bench.logs.write(GROUP, 'compile-2', ...HOSTILE);
    const page = await open('/hello-site?execution=build-compile-2');
    const elsewhere: string[] = [];
    page.on('request', (request) => {
      if (!request.url().startsWith(web.origin)) elsewhere.push(request.url());
    });

    bench.logs.write(GROUP, 'compile-2', ...HOSTILE, 'the last line');
    await page.getByText('the last line').waitFor(SOON);

    expect(await page.evaluate('window.struck')).toBeUndefined();
    expect(elsewhere).toEqual([]);
    expect(complaints).toEqual([]);
  });

  it('goes through the page by keyboard in the order of reading, with the focus visible', async () => {
    bench.tell(failedBuild());
    bench.logs.write(GROUP, 'compile-2', ...buildLines(80));
    const page = await open('/hello-site');

    const order: string[] = [];
    for (let step = 0; step < 60; step++) {
      await page.keyboard.press('Tab');
      const [name, outline] = await page.evaluate<[string, string]>(
        '[document.activeElement.getAttribute("aria-label") ?? document.activeElement.textContent.trim(), getComputedStyle(document.activeElement).outlineStyle]',
      );
      expect(outline).toBe('solid');
      order.push(name);
      if (name === 'Log of Compile' && order.includes('Failed Compile c0ffee02')) break;
    }

    const places = [
      'Skip to content',
      'Pipelines',
      'Mailbox',
      'Open the end of its log',
      'Log of Lint',
      'Failed Compile c0ffee02',
      'Log of Compile',
    ];
    const found = places.map((name) => (name === 'Log of Compile' ? order.lastIndexOf(name) : order.indexOf(name)));
    expect(found).not.toContain(-1);
    expect(found).toEqual([...found].sort((a, b) => a - b));
    expect(order[0]).toBe('Skip to content');
  });

  it('opens the log of the failure at its end', async () => {
    bench.tell(failedBuild());
    bench.logs.write(GROUP, 'compile-2', ...buildLines(200), 'npm ERR! Test failed.');
    const page = await open('/hello-site', { javaScriptEnabled: false });

    await page.getByRole('link', { name: 'Open the end of its log' }).click();

    const last = page.getByText('npm ERR! Test failed.');
    await last.waitFor(SOON);
    expect(
      await last.evaluate(
        (line) => line.getBoundingClientRect().bottom <= (line.ownerDocument.defaultView?.innerHeight ?? 0),
      ),
    ).toBe(true);
    expect(page.url()).toContain('#log-end');
  });

  it('is complete without its script', async () => {
    bench.tell(waitingApproval());
    bench.logs.write(GROUP, 'compile-2', 'a line of the log');

    const page = await open('/hello-site', { javaScriptEnabled: false });

    expect(await page.getByRole('status').filter({ hasText: 'Run' }).textContent()).toBe(
      'Run c0ffee02 waits for approval: Approve › Review.',
    );
    expect(await page.getByText('a line of the log').isVisible()).toBe(true);
    expect(await page.locator('meta[http-equiv=refresh]').getAttribute('content')).toBe('3');
    expect(complaints).toEqual([]);
  });

  it('shows what happens without loading again, and keeps focus, details, scroll and selection', async () => {
    const told = running();
    bench.tell(told);
    bench.logs.write(GROUP, 'compile-2', ...buildLines(100));
    const page = await open('/hello-site', { viewport: { width: 1000, height: 500 } });
    await page.evaluate('window.sameDocument = true');
    await page.locator('[id="action/Source/Fetch"] summary').click();
    const kept = page.locator('[id="action/Build/Lint"] a');
    await kept.focus();
    const scroll = await page.evaluate('scrollY');

    finish(told, 'Failed');
    await page.getByText('Run c0ffee02 failed in Build › Compile.').waitFor(SOON);

    expect(await page.evaluate('window.sameDocument')).toBe(true);
    expect(await page.title()).toBe('Failed – hello-site – Pipelines');
    expect(await page.locator('.cause').isVisible()).toBe(true);
    expect(await page.locator('[id="action/Source/Fetch"] details').getAttribute('open')).toBe('');
    expect(await kept.evaluate((link) => link === link.ownerDocument.activeElement)).toBe(true);
    expect(await page.evaluate('scrollY')).toBeGreaterThanOrEqual(Number(scroll));
    expect(complaints).toEqual([]);
  });

  it('says what happened in a polite status, and only when something did', async () => {
    const told = running();
    bench.tell(told);
    const page = await open('/hello-site');
    await page.evaluate(`
      window.said = [];
      new MutationObserver(() => said.push(document.querySelector('#state').textContent))
        .observe(document.querySelector('#state'), { childList: true, characterData: true, subtree: true });`);

    bench.now += 7000;
    await page.getByText('1 min 10 s so far').first().waitFor(SOON);
    finish(told, 'Succeeded');
    await page.getByText('Run c0ffee02 succeeded.').waitFor(SOON);

    expect(await page.evaluate('said')).toEqual(['Run c0ffee02 succeeded.']);
    expect(await page.locator('#state').getAttribute('role')).toBe('status');
  });

  it('follows the log at its end', async () => {
    bench.tell(running());
    bench.logs.write(GROUP, 'compile-2', ...buildLines(100));
    const page = await open('/hello-site');
    const lines = page.getByRole('region', { name: 'Log of Compile' });

    bench.logs.write(GROUP, 'compile-2', ...buildLines(1500), 'newest line');
    await page.getByText('newest line').waitFor(SOON);

    expect(await lines.evaluate((box) => box.scrollHeight - box.scrollTop - box.clientHeight)).toBeLessThan(2);
    expect(await lines.locator('.line').count()).toBe(1601);
  });

  it('leaves the log where a reader has scrolled up to, and does not change it for a newer build', async () => {
    const told = running();
    bench.tell(told);
    bench.logs.write(GROUP, 'compile-2', ...buildLines(100));
    bench.logs.write(GROUP, 'compile-3', 'a newer build');
    const page = await open('/hello-site');
    const lines = page.getByRole('region', { name: 'Log of Compile' });
    await lines.evaluate((box) => {
      box.scrollTop = 40;
    });

    finish(told, 'Succeeded');
    addRun(told, 3, 'InProgress', { startTime: new Date(NOW) });
    hold(told, 'Build', 3, 'InProgress');
    addAction(told, 3, 'Build', 'Compile', 'InProgress', { start: NOW, result: build('compile-3') });
    bench.logs.write(GROUP, 'compile-2', 'newest line');
    await page.getByText('newest line').waitFor({ state: 'attached', ...SOON });
    await page.getByText('Run c0ffee03 is in Build.').waitFor(SOON);

    expect(await lines.evaluate((box) => box.scrollTop)).toBe(40);
    expect(await page.getByText('a newer build').count()).toBe(0);
  });

  it('shows the log of a newer build to who reads none', async () => {
    const told = running();
    bench.tell(told);
    bench.logs.write(GROUP, 'compile-2', ...buildLines(100));
    bench.logs.write(GROUP, 'compile-3', 'a newer build');
    const page = await open('/hello-site');

    addRun(told, 3, 'InProgress', { startTime: new Date(NOW) });
    addAction(told, 3, 'Build', 'Compile', 'InProgress', { start: NOW, result: build('compile-3') });

    await page.getByText('a newer build').waitFor(SOON);
    expect(await page.getByRole('region', { name: 'Log of Compile' }).count()).toBe(1);
  });

  it('says when the connection is lost, and goes on when it is back', async () => {
    const told = running();
    bench.tell(told);
    const page = await open('/hello-site');

    bench.api.broken = { code: 'InternalFailure', message: 'Down.' };
    await page.getByText('No connection. Trying again.').waitFor(SOON);
    bench.api.broken = undefined;
    finish(told, 'Succeeded');

    await page.getByText('Run c0ffee02 succeeded.').waitFor({ timeout: 20_000 });
    expect(await page.locator('#connection').textContent()).toBe('');
  });

  it('gives the focus to what is around when the thing that had it is gone', async () => {
    const told = waitingApproval();
    bench.tell(told);
    const page = await open('/hello-site');
    await page.getByRole('link', { name: 'Answer in the mailbox for Review' }).focus();

    finish(told, 'Succeeded');
    await page.getByText('Run c0ffee02 succeeded.').waitFor(SOON);
    bench.now += 60 * 60_000;
    await page.getByText('1 h ago').first().waitFor(SOON);

    expect(await page.evaluate('document.activeElement.closest(".stage")?.id')).toBe('stage/Approve');
  });

  it('does not ask while its tab is hidden', async () => {
    bench.tell(running());
    const page = await open('/hello-site');
    await page.clock.install();
    await page.reload();
    await setHidden(page, true);
    bench.api.asked.length = 0;

    await page.clock.runFor(60_000);
    const whileHidden = bench.api.asked.length;
    await setHidden(page, false);

    expect(whileHidden).toBe(0);
    await expect.poll(() => bench.api.asked).toContain('GetPipelineState');
  });

  it('shows the list as it moves', async () => {
    const told = running();
    bench.tell(told);
    const page = await open('/');
    const item = page.locator('[id="pipeline/hello-site"]');
    await item.getByText('In progress').waitFor(SOON);

    finish(told, 'Succeeded');

    await item.getByText('Succeeded').waitFor(SOON);
    expect(complaints).toEqual([]);
  });
});

function setHidden(page: Page, hidden: boolean): Promise<unknown> {
  return page.evaluate(`
    Object.defineProperty(document, 'hidden', { get: () => ${hidden}, configurable: true });
    document.dispatchEvent(new Event('visibilitychange'))`);
}

/** Ends the newest run. */
function finish(told: ReturnType<typeof running>, status: 'Succeeded' | 'Failed'): void {
  const run = told.runs[0];
  if (run) run.status = status;
  for (const stage of told.stages) {
    if (
      stage.latestExecution?.pipelineExecutionId === run?.pipelineExecutionId &&
      stage.latestExecution?.status === 'InProgress'
    )
      stage.latestExecution = { pipelineExecutionId: run?.pipelineExecutionId, status };
  }
  for (const action of told.actions) if (action.status === 'InProgress') action.status = status;
}

/** What reaches over the side of the window, the whole document first. */
function sidewaysOf(page: Page): Promise<readonly string[]> {
  return page.evaluate<readonly string[]>(`
    [document.documentElement, ...document.querySelectorAll('main *')]
      .filter((each) => !each.closest('.hidden'))
      .filter((each) => Math.max(each.getBoundingClientRect().right, each === document.documentElement ? each.scrollWidth : 0) > innerWidth + 1)
      .map((each) => each.outerHTML.slice(0, 100))`);
}
