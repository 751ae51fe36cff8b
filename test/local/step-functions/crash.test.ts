import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { type Note, rounds, runs } from './crash-machine.ts';
import { serve, until } from './serving.ts';

const runner = fileURLToPath(import.meta.resolve('./crash-runner.ts'));

function notesOf(dir: string): readonly Note[] {
  const file = join(dir, 'notes.jsonl');
  if (!existsSync(file)) return [];
  const lines = readFileSync(file, 'utf8').split('\n');
  return lines.flatMap((line) => (line.endsWith('}') ? [JSON.parse(line) as Note] : []));
}

const isOver = (dir: string): boolean =>
  runs.every((name) =>
    notesOf(dir).some((note) => note.type === 'told' && note.execution.endsWith(name) && note.status !== 'RUNNING'),
  );

/** Runs the process until it has noted so much more, then kills it. */
async function runAndKill(dir: string, more: number): Promise<void> {
  const child = spawn(process.execPath, [runner, dir], { stdio: ['ignore', 'ignore', 'inherit'] });
  const ended = new Promise<string | null>((resolve) => child.once('exit', (_, signal) => resolve(signal)));
  const before = notesOf(dir).length;
  await until(() => isOver(dir) || notesOf(dir).length >= before + more || child.exitCode !== null);
  child.kill('SIGKILL');
  expect(await ended).toBe('SIGKILL');
}

it('goes on after each kill -9, losing no answer and calling nothing again that was submitted', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'sluice-sfn-crash-'));
  let kills = 0;
  while (!isOver(dir) && kills < 60) {
    await runAndKill(dir, 5 + ((kills * 17) % 40));
    kills++;
  }

  const notes = notesOf(dir);
  const stack = await serve({}, { dir });
  expect(kills).toBeGreaterThan(5);
  for (const name of runs) {
    const arn = `arn:aws:states:us-east-1:000000000000:execution:m:${name}`;
    const { status, output = '' } = await stack.describe(arn);
    const history = await stack.history(arn);
    const told = notes.flatMap((note) => (note.type === 'told' && note.execution === arn ? [note.status] : []));

    expect(status).toBe('SUCCEEDED');
    expect(history.map(({ id }) => id)).toEqual(history.map((_, index) => index + 1));
    expect(stack.now.service.spent(arn)?.events).toBe(history.length);
    expect(new Set(told)).toEqual(new Set(['RUNNING', 'SUCCEEDED']));
    // Only a call that was not known to have ended was made again.
    const failed = history.filter(({ type }) => type === 'TaskFailed');
    expect(failed.map(({ previousEventId = 0 }) => history[previousEventId - 1]?.type)).toEqual(
      failed.map(() => 'TaskStarted'),
    );
    const answers = JSON.parse(output) as string[];
    expect(answers).toHaveLength(rounds * 4);
    expect(new Set(answers).size).toBe(answers.length);
    // Each answer that was taken is in the output: none was lost.
    const taken = notes.flatMap((note) => (note.type === 'answered' && note.key.startsWith(name) ? [note.key] : []));
    expect(answers).toEqual(expect.arrayContaining(taken));
  }
  const calls = notes.flatMap((note) => (note.type === 'invoked' ? [note.key] : []));
  expect(new Set(calls).size).toBe(calls.length);
  await stack.close();
  await rm(dir, { recursive: true });
}, 120_000);
