import { existsSync, statSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { buildFunctions, functionFiles } from '../../scripts/build.ts';

const names = [...functionFiles().keys()].sort();
let folder: string;
let dist: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sluice-build-'));
  dist = join(folder, 'dist');
  await buildFunctions(dist);
});

afterAll(() => rm(folder, { recursive: true, force: true }));

const bundle = (name: string) => join(dist, name, 'index.mjs');

/** What tells a file from one that was put in its place: its number, its size and when it was written. */
const stamps = () => names.map((name) => [bundle(name), `${bundle(name)}.map`].map(stampOf));

function stampOf(path: string): string {
  const { ino, size, mtimeMs } = statSync(path);
  return `${ino} ${size} ${mtimeMs}`;
}

it.each(names)('%s is a bundle of at most 600 kB, git of 900', (name) => {
  const { size } = statSync(bundle(name));

  expect(size).toBeLessThanOrEqual(name === 'git' ? 900_000 : 600_000);
});

it.each(names)('%s has a map beside it that leads to its file', async (name) => {
  const map = JSON.parse(await readFile(`${bundle(name)}.map`, 'utf8')) as { sources: string[] };

  const ends = map.sources.filter((source) => source.endsWith(`/${functionFiles().get(name)}`));

  expect(ends).toHaveLength(1);
  expect((await readFile(bundle(name), 'utf8')).trimEnd()).toMatch(/\/\/# sourceMappingURL=index\.mjs\.map$/);
});

it('touches nothing that is as it should be, and removes what the template does not name', async () => {
  await mkdir(join(dist, 'forgotten'));
  await writeFile(join(dist, 'forgotten', 'index.mjs'), 'export {};');
  const before = stamps();

  await buildFunctions(dist);

  expect(stamps()).toEqual(before);
  expect((await readdir(dist)).sort()).toEqual(names);
});

it('takes no file away from a stack that runs on it, even when two build at once', async () => {
  const newest = await readFile(bundle('api'), 'utf8');
  const older = `${newest}// older`;
  await writeFile(bundle('api'), older);
  let over = false;
  const built = Promise.all([buildFunctions(dist), buildFunctions(dist)]).finally(() => {
    over = true;
  });
  let seen = 0;
  let broken = 0;

  while (!over) {
    const found = existsSync(bundle('api')) ? await readFile(bundle('api'), 'utf8') : 'missing';
    seen += 1;
    if (found !== older && found !== newest) broken += 1;
    await setImmediate();
  }

  await built;
  expect(broken).toBe(0);
  expect(seen).toBeGreaterThan(10);
  expect(await readFile(bundle('api'), 'utf8')).toBe(newest);
  expect((await readdir(dist)).sort()).toEqual(names);
});

it('changes nothing when a function cannot be bundled', async () => {
  await writeFile(bundle('decide'), 'older');
  const before = stamps();

  const built = buildFunctions(dist, { 'functions/domain/catalogue.ts': 'test/there-is-none.ts' });

  await expect(built).rejects.toThrow('there-is-none.ts');
  expect(stamps()).toEqual(before);
  expect((await readdir(dist)).sort()).toEqual(names);
});

it('leaves no half-written file behind when one cannot be put into place', async () => {
  await rm(bundle('sweep'));
  await mkdir(join(bundle('sweep'), 'in-the-way'), { recursive: true });

  const built = buildFunctions(dist);

  await expect(built).rejects.toThrow('EISDIR');
  expect((await readdir(dist)).sort()).toEqual(names);
});
