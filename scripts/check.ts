import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');
const bin = join(root, 'node_modules', '.bin');

/** One check: a name, and what it found; nothing when all is well. */
interface Check {
  readonly name: string;
  readonly run: () => Found;
}

interface Found {
  readonly failed?: string;
  readonly note?: string;
}

const checks: readonly Check[] = [
  { name: 'types', run: () => command('tsc', ['-p', '.']) },
  { name: 'lint and format', run: () => command('biome', ['check', '--error-on-warnings', '.']) },
  { name: 'import rules', run: importRules },
  { name: 'unused code', run: () => command('knip', ['--no-progress']) },
  { name: 'state machines', run: stateMachines },
  { name: 'template', run: () => template('template.yaml') },
  { name: 'transformed template', run: transformed },
];

function command(name: string, given: readonly string[], path = join(bin, name)): Found {
  const { status, stdout, stderr, error } = spawnSync(path, [...given], { cwd: root, encoding: 'utf8' });
  if (error) return { failed: error.message };
  return status === 0 ? { note: '' } : { failed: `${stdout}${stderr}`.trim() };
}

/** dependency-cruiser, and that it saw every file: one that it cannot read would otherwise pass. */
function importRules(): Found {
  const folders = ['functions', 'local', 'console', 'scripts', 'bench', 'test'].filter((folder) =>
    existsSync(join(root, folder)),
  );
  const { status, stdout, stderr } = spawnSync(join(bin, 'depcruise'), [...folders, '--output-type', 'json'], {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  });
  if (!stdout.startsWith('{')) return { failed: `${stdout}${stderr}` };
  const { modules, summary } = JSON.parse(stdout) as {
    modules: { source: string }[];
    summary: { violations: { from: string; to: string; rule: { name: string } }[] };
  };
  const seen = new Set(modules.map(({ source }) => source));
  const files = folders.flatMap(filesOf).filter((file) => /\.ts$/.test(file) && !file.endsWith('.d.ts'));
  const unseen = files.filter((file) => !seen.has(file));
  const lines = summary.violations.map(({ from, to, rule }) => `${rule.name}: ${from} → ${to}`);
  if (unseen.length > 0) lines.push(`not read: ${unseen.slice(0, 10).join(', ')}`);
  if (status !== 0 || lines.length > 0) return { failed: lines.join('\n') || stderr };
  return { note: `${files.length} files` };
}

function filesOf(folder: string): readonly string[] {
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(root.length + 1));
}

/** asl-validator, with the substitutions that the template makes. */
function stateMachines(): Found {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-check-'));
  try {
    const failed = readdirSync(join(root, 'statemachines')).flatMap((file) => {
      const text = readFileSync(join(root, 'statemachines', file), 'utf8');
      const arn = 'arn:aws:lambda:us-east-1:123456789012:function:name';
      const copy = join(folder, file);
      writeFileSync(copy, text.replaceAll('${Partition}', 'aws').replace(/\$\{[A-Za-z0-9]+\}/g, arn));
      return command('asl-validator', ['--json-path', copy]).failed ?? [];
    });
    return failed.length > 0 ? { failed: failed.join('\n') } : { note: '' };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** cfn-lint of the virtual environment that `.ci/run` makes, or of the machine. */
function template(file: string): Found {
  const linter = python('cfn-lint');
  if (!linter) return { note: 'left out: there is no cfn-lint here (pip install cfn-lint)' };
  return command('cfn-lint', ['--non-zero-exit-code', 'warning', '--', file], linter);
}

/** The template as SAM makes it, by SAM's own translator. */
function transformed(): Found {
  const interpreter = python('python3');
  const translated =
    interpreter &&
    spawnSync(interpreter, [join(root, 'scripts', 'transform.py'), 'template.yaml'], {
      cwd: root,
      encoding: 'utf8',
      maxBuffer: 1 << 26,
    });
  if (!translated || translated.stderr.includes('No module named'))
    return { note: 'left out: there is no aws-sam-translator here (pip install aws-sam-translator cfn-flip)' };
  if (translated.status !== 0) return { failed: translated.stderr };
  const folder = mkdtempSync(join(tmpdir(), 'sluice-check-'));
  try {
    const file = join(folder, 'transformed.json');
    writeFileSync(file, translated.stdout);
    const { Resources } = JSON.parse(translated.stdout) as { Resources: object };
    const resources = Object.keys(Resources).length;
    const bytes = Buffer.byteLength(JSON.stringify(JSON.parse(translated.stdout)));
    if (resources > 400 || bytes > 900_000)
      return { failed: `${resources} resources (at most 400), ${bytes} bytes (at most 900,000)` };
    return { ...template(file), note: `${resources} resources, ${bytes} bytes` };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function python(program: string): string | undefined {
  const own = join(root, '.venv', 'bin', program);
  if (existsSync(own)) return own;
  const found = spawnSync('which', [program], { encoding: 'utf8' }).stdout.trim();
  return found === '' ? undefined : found;
}

let failed = 0;
for (const { name, run } of checks) {
  const found = run();
  if (found.failed !== undefined) failed++;
  console.log(`${found.failed === undefined ? 'ok    ' : 'FAILED'}  ${name}${found.note ? `: ${found.note}` : ''}`);
  if (found.failed !== undefined)
    console.log(
      found.failed
        .split('\n')
        .map((line) => `        ${line}`)
        .join('\n'),
    );
}
process.exitCode = failed > 0 ? 1 : 0;
