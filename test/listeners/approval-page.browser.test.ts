import { existsSync, readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import type { AxeResults } from 'axe-core';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { allPages } from './approval-pages.ts';

const CHROMIUM = '/usr/bin/chromium';
const missing = !existsSync(CHROMIUM);
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const pages = allPages();

describe.skipIf(missing)(`approval pages in a browser${missing ? ` (skipped: there is no ${CHROMIUM})` : ''}`, () => {
  let browser: Browser;
  let server: Server;
  let context: BrowserContext;

  beforeAll(async () => {
    server = createServer(({ url = '' }, response) => {
      const { statusCode = 404, headers = {}, body } = pages.get(url.slice(1))?.() ?? {};
      response.writeHead(statusCode, headers as Record<string, string>).end(body);
    });
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
    browser = await chromium.launch({
      executablePath: CHROMIUM,
      args: ['--no-sandbox', '--headless', '--disable-gpu'],
    });
  });

  afterAll(async () => {
    await browser?.close();
    await new Promise((closed) => server.close(closed));
  });

  afterEach(() => context?.close());

  async function open(name: string, options: Parameters<Browser['newContext']>[0] = {}): Promise<Page> {
    context = await browser.newContext(options);
    const page = await context.newPage();
    await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/${name}`);
    return page;
  }

  describe.each(['light', 'dark'] as const)('in %s colours', (colorScheme) => {
    it.each([...pages.keys()])('%s is without a finding of axe', async (name) => {
      // Only axe may go past the policy: it is no script of ours.
      const page = await open(name, { colorScheme, bypassCSP: true });

      await page.evaluate(axe);
      const { violations } = (await page.evaluate('axe.run()')) as AxeResults;

      expect(violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`)).toEqual([]);
    });
  });

  it.each([...pages.keys()])('%s does not scroll sideways at 360 px', async (name) => {
    const page = await open(name, { viewport: { width: 360, height: 740 } });

    const over = await page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth');

    expect(over).toBe(0);
  });

  it('takes the policy for its style, at most 48rem wide, labels in a column of 8.75rem, stacked on a phone', async () => {
    const complaints: string[] = [];
    const page = await open('open', { viewport: { width: 1280, height: 800 } });
    page.on('console', (message) => complaints.push(message.text()));
    await page.reload();

    const wide = await page.evaluate(
      '[document.querySelector("main").offsetWidth, getComputedStyle(document.querySelector("dl")).gridTemplateColumns.split(" ")[0]]',
    );
    await page.setViewportSize({ width: 360, height: 740 });
    const narrow = await page.evaluate('getComputedStyle(document.querySelector("dl")).display');

    expect(wide).toEqual([768, '140px']);
    expect(narrow).toBe('block');
    expect(complaints).toEqual([]);
  });

  it('shows where the keyboard is, and decides by it', async () => {
    const page = await open('open');

    await page.getByLabel('Comment').focus();
    await page.keyboard.press('Tab');

    expect(await page.evaluate('document.activeElement.textContent')).toBe('Approve');
    expect(await page.evaluate('getComputedStyle(document.activeElement).outlineWidth')).toBe('3px');
  });
});
