import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { StopBuildCommand } from '@aws-sdk/client-codebuild';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { killLeftover, startOf } from '../../../local/codebuild/leftovers.ts';
import type { Stand } from './stand.ts';
import { contextOf, openStand, phasesOf, spec } from './stand.ts';

const PROGRAM = join(import.meta.dirname, 'interrupted-program.ts');

let stand: Stand;
let stacks: ChildProcess[];

beforeEach(async () => {
  stacks = [];
  stand = await openStand({ concurrency: 1, started: false });
  await stand.project();
});

afterEach(async () => {
  for (const stack of stacks) stack.kill('SIGKILL');
  await stand.close();
});

/** Runs what is in the queue in a process of its own, until a line of a log matches; then kills that process with -9. */
async function runAndKill(pattern: RegExp, ...more: string[]): Promise<RegExpExecArray> {
  const stack = spawn(process.execPath, [PROGRAM, stand.dir, stand.context.endpoint, ...more], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  stacks.push(stack);
  for await (const line of createInterface({ input: stack.stdout })) {
    const found = line.startsWith('[Container]') && !pattern.source.includes('Container') ? null : pattern.exec(line);
    if (!found) continue;
    stack.kill('SIGKILL');
    await once(stack, 'exit');
    return found;
  }
  throw new Error('The stack ended before its time.');
}

/** A new stack over the same folder, its resources made and its builds let go. */
async function startAgain(): Promise<void> {
  await stand.reopen();
  await stand.service.start?.();
}

test('a build whose stack was killed while it ran ends as FAULT, its processes and its folder are gone', async () => {
  const build = await stand.start({
    buildspecOverride: spec({
      build: ['sleep 300 & echo "running $! $$"; exec >/dev/null 2>&1; sleep 300; sleep 300'],
    }),
  });
  const [, job = '', command = ''] = await runAndKill(/^running (\d+) (\d+)$/);
  const alive = [startOf(Number(job)), startOf(Number(command))];
  await mkdir(join(stand.dir, 'codebuild', 'builds', 'older'));

  await startAgain();
  const over = await stand.over(build);

  expect(alive).not.toContain(undefined);
  expect([startOf(Number(job)), startOf(Number(command))]).toEqual([undefined, undefined]);
  expect(over.buildStatus).toBe('FAULT');
  expect(phasesOf(over).slice(-2)).toEqual(['BUILD FAULT', 'COMPLETED']);
  expect(contextOf(over, 'BUILD')).toBe('INTERNAL_SERVICE_ERROR: The local runner was stopped while this build ran');
  expect(await readdir(join(stand.dir, 'codebuild', 'builds'))).toEqual([]);
});

test('builds that were still in the queue are run by the next stack, in order', async () => {
  const first = await stand.start({ buildspecOverride: spec({ build: ['echo running; sleep 300'] }) });
  const second = await stand.start();
  await runAndKill(/^running$/);

  await startAgain();

  expect((await stand.over(first)).buildStatus).toBe('FAULT');
  expect(await stand.over(second)).toMatchObject({ buildStatus: 'SUCCEEDED', buildNumber: 2 });
});

test('events of a killed stack that the bus did not get are emitted by the next', async () => {
  const build = await stand.start();
  await runAndKill(/\[Container\].* Phase complete: FINALIZING/, 'no-events');

  await startAgain();
  await stand.over(build);

  const told = stand.events.map(
    ({ detail }) => Reflect.get(detail, 'completed-phase') ?? Reflect.get(detail, 'build-status'),
  );
  expect(told.slice(0, 4)).toEqual(['SUBMITTED', 'IN_PROGRESS', 'QUEUED', 'PROVISIONING']);
  expect(told).toContain('FINALIZING');
});

test('a build that was told to stop is STOPPED by the next stack', async () => {
  const build = await stand.start({ buildspecOverride: spec({ build: ["trap '' TERM; echo running; sleep 300"] }) });
  await runAndKill(/^running$/);
  await stand.client.send(new StopBuildCommand({ id: build.id }));

  await startAgain();

  expect((await stand.over(build)).buildStatus).toBe('STOPPED');
});

test('closing the stack ends what runs, and the next one says FAULT', async () => {
  await stand.service.start?.();
  const build = await stand.start({
    buildspecOverride: spec({ build: ['trap \'\' TERM; echo "running $$"; sleep 300; sleep 300'] }),
  });
  await stand.said('running ');
  await stand.reopen();
  await startAgain();
  const over = await stand.over(build);

  const [, pid] = /^running (\d+)$/m.exec(stand.lines(over).join('\n')) ?? [];
  expect(startOf(Number(pid))).toBeUndefined();
  expect(over.buildStatus).toBe('FAULT');
});

test('a process that only has the number of an old one is left alone; the old one is gone when it is killed', async () => {
  const innocent = spawn('sleep', ['300'], { detached: true });
  stacks.push(innocent);
  const pid = innocent.pid ?? 0;

  expect(await killLeftover(pid, 'another boot 1')).toBe(false);
  expect(startOf(pid)).toBeDefined();
  expect(await killLeftover(pid, startOf(pid) ?? '')).toBe(true);
  expect(startOf(pid)).toBeUndefined();
});

test('what is answered stands: number, history and projects outlive the stack', async () => {
  await stand.service.start?.();
  const done = await stand.over(await stand.start());
  await writeFile(join(stand.dir, 'codebuild', 'note'), '');
  await startAgain();

  expect(await stand.get(done)).toEqual(done);
  expect((await stand.start()).buildNumber).toBe(2);
});
