/// <reference lib="dom" />
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { CodePipelineClient, ListPipelineExecutionsCommand } from '@aws-sdk/client-codepipeline';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { administrator } from '../../local/sample/connection.ts';
import { makeConnection, makeSample } from '../../local/sample/sample.ts';
import { linkFor } from '../../scripts/walk/reviewer.ts';
import { waitFor } from '../../scripts/walk/wait-for.ts';
import { startTestStack, type TestStack } from '../end-to-end/stack.ts';

const executablePath = '/usr/bin/chromium';
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

let test: TestStack;
let browser: Browser;
let link: string;
const said: string[] = [];

describe.skipIf(!existsSync(executablePath))('a reviewer in Chromium', () => {
  beforeAll(async () => {
    test = await startTestStack();
    await makeConnection(test.stack);
    await makeSample(test.stack);
    browser = await chromium.launch({ executablePath, args });
    const client = new CodePipelineClient({
      endpoint: test.stack.endpoint,
      region: 'us-east-1',
      credentials: administrator,
    });
    const { pipelineExecutionSummaries: [run] = [] } = await client.send(
      new ListPipelineExecutionsCommand({ pipelineName: 'hello-site' }),
    );
    link = await linkFor(test.stack.endpoint, run?.pipelineExecutionId ?? '');
  });
  afterAll(async () => {
    await browser?.close();
    await test?.close();
  });

  it('finds pages that axe-core has nothing against, light and dark, wide and narrow', async () => {
    const addresses = [
      link,
      link.replace(/signature=.*/, 'signature=x'),
      `${test.stack.endpoint}/mail/`,
      `${test.stack.endpoint}/pipelines/`,
      `${test.stack.endpoint}/pipelines/hello-site`,
    ];

    for (const colorScheme of ['light', 'dark'] as const) {
      for (const width of [360, 1280]) {
        const context = await browser.newContext({ colorScheme, viewport: { width, height: 800 }, bypassCSP: true });
        for (const address of addresses) {
          const page = await context.newPage();
          await page.goto(address);
          expect(await violations(page), `${address} ${colorScheme} ${width}`).toEqual([]);
          expect(await overflow(page), `${address} ${width}`).toBeLessThanOrEqual(0);
          await page.close();
        }
        await context.close();
      }
    }
  });

  it('walks from the mail to the decision by keyboard, and the site is there', async () => {
    const context = await browser.newContext({ viewport: { width: 360, height: 740 } });
    const page = await listenedTo(context);
    await page.goto(`${test.stack.endpoint}/mail/`);
    await page
      .getByRole('link', { name: /APPROVAL NEEDED/ })
      .first()
      .click();
    await page.getByRole('link', { name: /\/approvals\// }).click();

    const body = await page.locator('main').innerText();
    for (const shown of ['Say hello', 'SHA-256', 'Approved before', 'Author']) expect(body).toContain(shown);
    await page.getByLabel('Comment').focus();
    await page.keyboard.type('seen');
    await page.keyboard.press('Tab');
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe('Approve');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Approved' }).waitFor();
    await page.goto(link);
    expect(await page.locator('main').innerText()).toContain('email-link');
    await waitFor('the site', async () => {
      const response = await page.goto(`${test.stack.endpoint}/sites/hello-site/`);
      return response?.ok() ? true : undefined;
    });
    expect(await page.locator('h1').innerText()).toBe('Hello');
    expect(said.filter((text) => !text.includes('404'))).toEqual([]);
    await context.close();
  });
});

async function violations(page: Page): Promise<readonly string[]> {
  await page.evaluate(axe);
  return page.evaluate(async () => {
    const { axe } = window as unknown as {
      axe: { run(): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }> };
    };
    const { violations } = await axe.run();
    return violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`);
  });
}

function overflow(page: Page): Promise<number> {
  return page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
}

async function listenedTo(context: BrowserContext): Promise<Page> {
  const page = await context.newPage();
  page.on('console', (message) => {
    if (message.type() === 'error') said.push(message.text());
  });
  page.on('pageerror', (error) => said.push(error.message));
  return page;
}
