import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '..', '..');
const deployed = ['functions', 'statemachines', 'template.yaml'];
const git = (...given: string[]) => execFileSync('git', ['-C', root, ...given], { encoding: 'utf8' }).trim();

/** The commit before the last that changed what is deployed; undefined without git, or where the clone does not reach back to it. */
function before(): string | undefined {
  try {
    return git('rev-parse', '--verify', '--quiet', `${git('log', '-1', '--format=%H', '--', ...deployed)}^`);
  } catch {
    return undefined;
  }
}

const commit = before();

describe.skipIf(commit === undefined)(
  `runs in flight from ${commit ?? 'an earlier commit, which this clone has not'}`,
  () => {
    let folder: string;
    beforeAll(() => {
      folder = mkdtempSync(join(tmpdir(), 'sluice-before-'));
      const archive = execFileSync('git', ['-C', root, 'archive', commit ?? ''], { maxBuffer: 512 * 1024 * 1024 });
      execFileSync('tar', ['-x', '-C', folder], { input: archive });
      symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
      execFileSync(process.execPath, [join(folder, 'scripts', 'build.ts'), '--quiet']);
    });
    afterAll(() => rmSync(folder, { recursive: true, force: true }));

    it("end well with today's functions, machine and template", () => {
      const program = join(root, 'test', 'crash-matrix', 'upgrade.ts');
      const told = execFileSync(process.execPath, [program, folder], { encoding: 'utf8' }).trim().split('\n');

      expect(told).toEqual([
        'an approval waits: well',
        'an action runs: well',
        'a run waits before a stage: well',
        'a worker has a job: well',
        'a build has failed, to be tried again: well',
      ]);
    });
  },
);
