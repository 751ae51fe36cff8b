import { spawnSync } from 'node:child_process';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { functionFiles } from '../scripts/build.ts';
import { median, report } from './measure.ts';

const kilo = 1000;
const mostLoad = 120;

/** Size of each function's bundle, and how long a new process takes to load it beyond an empty one. */
export function benchBundles(dist: string): void {
  for (const name of [...functionFiles().keys()].sort()) {
    const file = join(dist, name, 'index.mjs');
    const size = statSync(file).size / kilo;
    const most = name === 'git' ? 900 : 600;
    const load = median(Array.from({ length: 5 }, () => loadTime(file)));
    report(`${name}: bundle`, `${size.toFixed(0)} kB`, `≤ ${most} kB`, size <= most);
    report('  load', `${load.toFixed(0)} ms`, `≤ ${mostLoad} ms`, load <= mostLoad);
  }
}

function loadTime(file: string): number {
  const code = `const t=performance.now();await import(${JSON.stringify(pathToFileURL(file).href)});console.log(performance.now()-t)`;
  const { stdout } = spawnSync(process.execPath, ['--input-type=module', '-e', code], {
    encoding: 'utf8',
    env: { PATH: process.env['PATH'], AWS_REGION: 'us-east-1' },
  });
  return Number(stdout.trim());
}
