import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..', '..');

/**
 * The programs of a Python environment of its own, `.venv-deploy/<name>`, made from `scripts/verify/<name>.txt` and made anew when that
 * changes. `emulator` and `tools` are two, because they pin different releases of botocore. Throws what pip says.
 */
export function environment(name: 'emulator' | 'tools'): string {
  const folder = join(root, '.venv-deploy', name);
  const list = join(import.meta.dirname, `${name}.txt`);
  const made = join(folder, 'made-from.txt');
  const wanted = readFileSync(list, 'utf8');
  if (!existsSync(made) || readFileSync(made, 'utf8') !== wanted) {
    rmSync(folder, { recursive: true, force: true });
    run('python3', ['-m', 'venv', folder]);
    run(join(folder, 'bin', 'pip'), ['install', '--quiet', '--disable-pip-version-check', '-r', list]);
    writeFileSync(made, wanted);
  }
  return join(folder, 'bin');
}

function run(program: string, given: readonly string[]): void {
  const { status, stderr, error } = spawnSync(program, [...given], { cwd: root, encoding: 'utf8' });
  if (status !== 0) throw new Error(`${program} ${given.join(' ')}: ${error?.message ?? stderr.trim()}`);
}
