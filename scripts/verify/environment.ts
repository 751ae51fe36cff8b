import { execFile } from 'node:child_process';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';

const root = join(import.meta.dirname, '..', '..');

const run = promisify(execFile);

/**
 * The folder of the programs of a Python environment of its own, `.venv-deploy/<name>`, made from `scripts/verify/<name>.txt` and made anew
 * when that changes. There are several because ministack and SAM pin different releases of botocore. Throws what pip says.
 */
export async function environment(name: 'emulator' | 'sam' | 'checkov'): Promise<string> {
  const folder = join(root, '.venv-deploy', name);
  const list = join(import.meta.dirname, `${name}.txt`);
  const made = join(folder, 'made-from.txt');
  const wanted = readFileSync(list, 'utf8');
  if (!existsSync(made) || readFileSync(made, 'utf8') !== wanted) {
    rmSync(folder, { recursive: true, force: true });
    await run('python3', ['-m', 'venv', folder]);
    // Not compiled beforehand: most of what SAM brings is never imported.
    const quietly = ['--quiet', '--disable-pip-version-check', '--no-compile'];
    await run(join(folder, 'bin', 'pip'), ['install', ...quietly, '-r', list]);
    writeFileSync(made, wanted);
  }
  return join(folder, 'bin');
}
