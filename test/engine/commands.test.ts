import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

it('docs/commands.md says what each command does in each state, from doing it', { timeout: 300_000 }, async () => {
  const done = promisify(execFile)(process.execPath, ['test/engine/commands/commands.ts', '--check']);

  await expect(done).resolves.toMatchObject({ stdout: '' });
});
