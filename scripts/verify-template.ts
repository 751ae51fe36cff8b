import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { environment } from './verify/environment.ts';
import { coveredBy, readExceptions } from './verify/exceptions.ts';

const root = join(import.meta.dirname, '..');
const [sam, checkovs] = await Promise.all([environment('sam'), environment('checkov')]);
let passed = 0;
let failed = 0;

/** What checkov says of one file. */
interface Report {
  readonly results: { readonly failed_checks: readonly { readonly check_id: string; readonly resource: string }[] };
  readonly summary: { readonly resource_count: number; readonly passed: number; readonly parsing_errors: number };
}

/**
 * `npm run verify:template`: what SAM's, AWS's and checkov's rules find in the template and in its transformed form, less the exceptions
 * of docs/template-exceptions.md. Status 1 if anything is found, or if an exception is found no more.
 */
function verifyTemplate(folder: string): void {
  const given = join(folder, 'template.yaml');
  const transformed = join(folder, 'transformed.json');
  copyFileSync(join(root, 'template.yaml'), given);
  const made = run(sam, 'python', [join(root, 'scripts', 'transform.py'), given]);
  check("SAM's translator takes the template", made.status === 0, made.said);
  writeFileSync(transformed, made.stdout);
  const resources = Object.keys((JSON.parse(made.stdout) as { Resources: object }).Resources).length;

  const valid = run(sam, 'sam', ['validate', '--lint', '--region', 'us-east-1', '--template', given]);
  check('sam validate --lint', valid.status === 0, valid.said);
  const linted = run(sam, 'cfn-lint', ['--non-zero-exit-code', 'warning', '--', transformed]);
  check('cfn-lint of the transformed template', linted.status === 0, linted.said);

  const exceptions = readExceptions(join(root, 'docs', 'template-exceptions.md'));
  const fired = new Set<string>();
  for (const file of [given, transformed]) {
    const { results, summary } = checkov(file);
    const name = file === given ? 'the template' : 'the transformed template';
    const saw = `${summary.resource_count} resources, ${summary.passed} checks passed`;
    const least = file === given ? 1 : resources;
    check(
      `checkov reads ${name}: ${saw}`,
      summary.resource_count >= least && summary.passed > 0 && summary.parsing_errors === 0,
    );
    const found = results.failed_checks.map(({ check_id, resource }) => ({
      rule: check_id,
      resource,
      by: coveredBy(exceptions, check_id, resource),
    }));
    for (const { by } of found) if (by !== undefined) fired.add(by);
    const open = found.filter(({ by }) => by === undefined).map(({ rule, resource }) => `${rule} on ${resource}`);
    check(`checkov finds nothing else in ${name} (${found.length} excepted)`, open.length === 0, open.join('\n'));
  }
  for (const { rule, resource } of exceptions) {
    check(
      `the exception ${rule} on ${resource} is needed`,
      fired.has(`${rule} ${resource}`),
      'checkov finds it no more',
    );
  }
}

function checkov(file: string): Report {
  const { stdout, said } = run(checkovs, 'checkov', [
    '--skip-download',
    '--framework',
    'cloudformation',
    '-o',
    'json',
    '-f',
    file,
  ]);
  if (!stdout.startsWith('{')) throw new Error(`checkov: ${said}`);
  return JSON.parse(stdout) as Report;
}

function run(folder: string, program: string, given: readonly string[]) {
  const { status, stdout, stderr, error } = spawnSync(join(folder, program), [...given], {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 1 << 28,
    env: { ...process.env, SAM_CLI_TELEMETRY: '0', AWS_EC2_METADATA_DISABLED: 'true' },
  });
  return { status, stdout, said: `${error?.message ?? ''}${stdout}${stderr}`.trim() };
}

function check(name: string, holds: boolean, said = ''): void {
  if (holds) passed++;
  else failed++;
  console.log(`${holds ? 'ok    ' : 'FAILED'}  ${name}${holds || said === '' ? '' : `: ${said}`}`);
}

const folder = mkdtempSync(join(tmpdir(), 'sluice-verify-'));
try {
  verifyTemplate(folder);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 && passed > 0 ? 0 : 1;
