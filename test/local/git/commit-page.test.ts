import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { commitPage } from '../../../local/git/commit-page.ts';
import { makeRepository } from '../../../local/git/repository.ts';
import { git } from '../../../local/git/run.ts';

let root: string;
let id: string;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'sluice-commit-'));
  await makeRepository(root, 'team/app', {
    files: { 'a.html': '<script>alert(1)</script>' },
    message: 'First <b>',
    time: 0,
  });
  id = (await git(join(root, 'team', 'app.git'), ['rev-parse', 'main'])).trim();
});
afterAll(() => rm(root, { recursive: true }));

it('shows what a commit changed, as plain text', async () => {
  const page = await commitPage(root, 'GET', `/team/app/commit/${id}`);

  expect(page?.status).toBe(200);
  expect(page?.headers).toMatchObject({
    'content-type': 'text/plain; charset=utf-8',
    'x-content-type-options': 'nosniff',
  });
  expect(page?.body).toContain('First <b>');
  expect(page?.body).toContain('+<script>alert(1)</script>');
});

it('says so when there is no such commit', async () => {
  expect((await commitPage(root, 'GET', `/team/app/commit/${'0'.repeat(40)}`))?.status).toBe(404);
});

it('leaves every other address to git', async () => {
  expect(await commitPage(root, 'GET', '/team/app.git/info/refs')).toBeUndefined();
  expect(await commitPage(root, 'GET', `/../app/commit/${id}`)).toBeUndefined();
  expect(await commitPage(root, 'GET', `/team/other/commit/${id}`)).toBeUndefined();
  expect(await commitPage(root, 'POST', `/team/app/commit/${id}`)).toBeUndefined();
});
