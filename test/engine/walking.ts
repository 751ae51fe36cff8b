import { execFile } from 'node:child_process';

/** Walks in a process of its own, where the functions get the simulation's modules. Answers what it says and its exit code. */
export function walking(...options: readonly string[]): Promise<{ readonly said: string; readonly code: unknown }> {
  return new Promise((resolve) => {
    execFile(process.execPath, ['test/engine/walks/walks.ts', ...options], (error, stdout, stderr) =>
      resolve({ said: stdout + stderr, code: error?.code ?? 0 }),
    );
  });
}
