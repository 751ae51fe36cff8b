import { chmod, writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startOf } from '../../../local/codebuild/leftovers.ts';
import type { Stand } from './stand.ts';
import { contextOf, openStand, outputOf, spec } from './stand.ts';

let stand: Stand;

beforeAll(async () => {
  stand = await openStand();
  await stand.project();
});

afterAll(() => stand.close());

async function output(commands: readonly string[], sections: object = {}): Promise<string[]> {
  return outputOf((await stand.run(spec({ build: commands }, sections))).lines);
}

describe.each(['sh', 'bash'])('between commands of %s', (shell) => {
  const SURVIVES: [string, string[], string[]][] = [
    ['a change of folder', ['mkdir -p "a b" && cd "a b"', 'basename "$PWD"'], ['a b']],
    ['an exported variable', ['export X="one two"', 'echo "$X"'], ['one two']],
    ['a plain assignment', ['X=plain', 'sh -c \'echo "$X"\''], ['plain']],
    ['a value of several lines with quotes', [`X="$(printf "it's\\n\\"so\\" 2")"`, 'echo "$X"'], ["it's", '"so" 2']],
    ['a change of PATH', ['PATH="$PATH:/nowhere"', 'echo "$PATH" | sed "s/.*://"'], ['/nowhere']],
    ['the last exit status', ['true', 'echo "$CODEBUILD_LAST_EXIT"'], ['0']],
  ];
  const LOST: [string, string[], string[]][] = [
    ['a function', ['f() { echo f; }; f', 'type f >/dev/null 2>&1 || echo lost'], ['f', 'lost']],
    ['set -e', ['set -e', 'false; echo went on'], ['went on']],
    ['a trap', ["trap 'echo bye' EXIT", 'echo next'], ['bye', 'next']],
    ['an alias', ["alias g='echo g'", 'g 2>/dev/null || echo lost'], ['lost']],
  ];

  test.each(SURVIVES)('%s survives', async (_, commands, expected) => {
    expect(await output(commands, { env: { shell } })).toEqual(expected);
  });

  test.each(LOST)('%s is lost', async (_, commands, expected) => {
    expect(await output(commands, { env: { shell } })).toEqual(expected);
  });
});

test('the folder stays changed in later phases', async () => {
  const { lines } = await stand.run(spec({ pre_build: ['mkdir sub && cd sub'], build: ['basename "$PWD"'] }));

  expect(outputOf(lines)).toEqual(['sub']);
});

test('exit inside a command gives its status and discards its changes; finally runs all the same', async () => {
  const { build, lines } = await stand.run(
    spec({ build: { commands: ['X=lost; exit 7'], finally: ['echo "[$X] $CODEBUILD_LAST_EXIT"'] } }),
  );

  expect(outputOf(lines)).toEqual(['[] 7']);
  expect(contextOf(build, 'BUILD')).toContain('Reason: exit status 7');
});

test('a command of several lines fails by its last line only', async () => {
  const { build } = await stand.run(spec({ build: ['false\ntrue', 'false | true'] }));

  expect(build.buildStatus).toBe('SUCCEEDED');
});

test('[[ is no command of sh, and is one of bash', async () => {
  expect(await output(['[[ a == a ]] 2>/dev/null || echo "status $?"'])).toEqual(['status 127']);
  expect(await output(['[[ a == a ]] && echo fine'], { env: { shell: '/bin/bash' } })).toEqual(['fine']);
});

test('a syntax error fails its command and leaves the folder as it was', async () => {
  const { build, lines } = await stand.run(spec({ build: { commands: ['cd /; echo "unfinished'], finally: ['pwd'] } }));

  expect(build.buildStatus).toBe('FAILED');
  expect(outputOf(lines).at(-1)).toMatch(/\/src$/);
});

test('commands read nothing from a terminal', async () => {
  expect(await output(['read -r line || echo "nothing to read"'])).toEqual(['nothing to read']);
});

test('a background job that keeps the output open blocks no phase, and ends with the build', async () => {
  const { build, lines } = await stand.run(spec({ build: ['sleep 300 & echo "job $!"', 'echo next'] }));

  const job = Number(outputOf(lines)[0]?.split(' ')[1]);
  expect(outputOf(lines)).toEqual([`job ${job}`, 'next']);
  expect(build.buildStatus).toBe('SUCCEEDED');
  expect(startOf(job)).toBeUndefined();
});

test('a command that kills its own process group fails, and finally still runs', async () => {
  const { build, lines } = await stand.run(spec({ build: { commands: ['kill -9 0'], finally: ['echo cleaned'] } }));

  expect(outputOf(lines)).toEqual(['cleaned']);
  expect(contextOf(build, 'BUILD')).toContain('Reason: exit status 137');
});

test('a command that kills only the shell above it is ended with it', async () => {
  const { build, lines } = await stand.run(
    spec({ build: { commands: ['echo "me $$"; kill -9 $PPID; sleep 300'], finally: ['echo cleaned'] } }),
  );

  const [me = '', cleaned] = outputOf(lines);
  expect(cleaned).toBe('cleaned');
  expect(build.buildStatus).toBe('FAILED');
  expect(startOf(Number(me.split(' ')[1]))).toBeUndefined();
});

test('output is logged while the command still runs', async () => {
  const build = await stand.start({
    buildspecOverride: spec({ build: [`echo now-running; until [ -e ${stand.dir}/go ]; do sleep 0.05; done`] }),
  });

  await stand.said('now-running');
  const running = await stand.get(build);
  await writeFile(`${stand.dir}/go`, '');
  const { buildStatus } = await stand.over(build);

  expect(running).toMatchObject({ buildStatus: 'IN_PROGRESS', currentPhase: 'BUILD', buildComplete: false });
  expect(buildStatus).toBe('SUCCEEDED');
});

test('large output without line ends is cut into lines that CloudWatch Logs takes', async () => {
  const lines = await output(["head -c 300000 /dev/zero | tr '\\0' x"]);

  expect(lines.join('')).toBe('x'.repeat(300_000));
  expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(60_000);
});

test('version 0.1 runs every command anew in the source folder', async () => {
  const text =
    'version: 0.1\nenvironment_variables: {plaintext: {A: a}}\nphases: {build: {commands: ["cd /; export X=1", "echo \\"$A [$X]\\"; pwd"]}}\n';

  const { lines } = await stand.run(text);

  expect(outputOf(lines)).toEqual(['a []', expect.stringMatching(/\/src$/)]);
});

test.runIf(process.getuid?.() === 0)('run-as gives the commands, and the source, to that user', async () => {
  await chmod(stand.dir, 0o755);

  const { build, lines } = await stand.run(
    spec({
      pre_build: ['id -u'],
      build: { 'run-as': 'nobody', commands: ['id -un', 'echo x > made', 'X=kept'] },
      post_build: ['echo $X'],
    }),
  );

  expect(outputOf(lines)).toEqual(['0', 'nobody', 'kept']);
  expect(build.buildStatus).toBe('SUCCEEDED');
});

test('run-as of a user that is not there fails the phase', async () => {
  const { build } = await stand.run(spec({ build: { 'run-as': 'nobody-of-that-name', commands: ['true'] } }));

  expect(contextOf(build, 'BUILD')).toMatch(/run-as/);
});
