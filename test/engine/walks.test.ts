import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

const run = promisify(execFile);

it('the engine keeps its promises in 200 walks, whatever is done to it and whatever goes wrong', async () => {
  const { stdout } = await run(process.execPath, ['test/engine/walks/walks.ts', '--walks', '200']);

  expect(stdout).toContain('200 walks, none failed');
});
