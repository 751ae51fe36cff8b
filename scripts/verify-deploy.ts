import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { environment } from './verify/environment.ts';
import { copyTree } from './verify/tree.ts';

/**
 * `npm run verify:deploy`: a third party's emulator of AWS takes the template by `sam deploy`, an update and a delete, and a pipeline
 * runs in it. docs/verify-deploy.md says what is checked and what the emulator cannot do. Status 1 if any check fails.
 */
async function verifyDeploy(): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-verify-'));
  try {
    const [emulator, sam] = await Promise.all([environment('emulator'), environment('sam')]);
    const replaced = await copyTree(join(folder, 'tree'));
    console.log(`note    ${replaced} time-outs of the machine are constants in the copy that the emulator gets`);
    const path = [join(import.meta.dirname, '..', 'node_modules', '.bin'), sam, process.env['PATH']].join(delimiter);
    return await run(join(emulator, 'python'), [join(import.meta.dirname, 'verify', 'deploy.py'), folder], path);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Runs a program to its end. Ctrl-C is the program's too: it ends the emulator, then this ends. */
function run(program: string, given: readonly string[], path: string): Promise<number> {
  process.on('SIGINT', () => {});
  const child = spawn(program, [...given], { stdio: 'inherit', env: { ...process.env, PATH: path } });
  process.on('SIGTERM', () => child.kill('SIGTERM'));
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('exit', (status) => resolve(status ?? 1));
  });
}

process.exitCode = await verifyDeploy();
