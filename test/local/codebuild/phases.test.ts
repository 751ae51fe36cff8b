import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Stand } from './stand.ts';
import { contextOf, openStand, outputOf, phasesOf, spec } from './stand.ts';

let stand: Stand;

beforeAll(async () => {
  stand = await openStand();
  await stand.project();
});

afterAll(() => stand.close());

test('a build goes through every phase in order and succeeds', async () => {
  const { build } = await stand.run(
    spec({ install: ['echo a'], pre_build: ['echo b'], build: ['echo c'], post_build: ['echo d'] }),
  );

  expect(phasesOf(build)).toEqual([
    'SUBMITTED SUCCEEDED',
    'QUEUED SUCCEEDED',
    'PROVISIONING SUCCEEDED',
    'DOWNLOAD_SOURCE SUCCEEDED',
    'INSTALL SUCCEEDED',
    'PRE_BUILD SUCCEEDED',
    'BUILD SUCCEEDED',
    'POST_BUILD SUCCEEDED',
    'UPLOAD_ARTIFACTS SUCCEEDED',
    'FINALIZING SUCCEEDED',
    'COMPLETED',
  ]);
  expect(build).toMatchObject({
    buildStatus: 'SUCCEEDED',
    buildComplete: true,
    currentPhase: 'COMPLETED',
    initiator: 'root',
  });
});

test('the log has CodeBuild’s lines around each command’s output', async () => {
  const { lines } = await stand.run(spec({ build: ['echo hello; echo warning >&2', 'printf unfinished'] }));

  const text = lines.map((line) => line.replace(/^\[Container\] \d{4}\/\d\d\/\d\d \d\d:\d\d:\d\d\.\d{6} /, '> '));
  const from = text.indexOf('> Entering phase BUILD');
  expect(text.slice(from, from + 8)).toEqual([
    '> Entering phase BUILD',
    '> Running command echo hello; echo warning >&2',
    'hello',
    'warning',
    '> Running command printf unfinished',
    'unfinished',
    '> Phase complete: BUILD State: SUCCEEDED',
    '> Phase context status code:  Message: ',
  ]);
});

describe('a phase that fails', () => {
  const NEXT = {
    install: { failed: 'INSTALL', ran: ['install'], uploads: false },
    pre_build: { failed: 'PRE_BUILD', ran: ['install', 'pre_build'], uploads: false },
    build: { failed: 'BUILD', ran: ['install', 'pre_build', 'build', 'post_build'], uploads: true },
    post_build: { failed: 'POST_BUILD', ran: ['install', 'pre_build', 'build', 'post_build'], uploads: true },
  };

  test.each(Object.entries(NEXT))(
    '%s leads to the phase that CodeBuild documents',
    async (phase, { failed, ran, uploads }) => {
      const command = (name: string) => [`echo in ${name}`, ...(name === phase ? ['exit 3', 'echo never'] : [])];
      const names = Object.keys(NEXT);

      const { build, lines } = await stand.run(spec(Object.fromEntries(names.map((name) => [name, command(name)]))));

      expect(outputOf(lines)).toEqual(ran.map((name) => `in ${name}`));
      expect(build.buildStatus).toBe('FAILED');
      expect(phasesOf(build)).toContain(`${failed} FAILED`);
      expect(phasesOf(build).some((each) => each.startsWith('UPLOAD_ARTIFACTS'))).toBe(uploads);
      expect(phasesOf(build).slice(-2)).toEqual(['FINALIZING SUCCEEDED', 'COMPLETED']);
      expect(contextOf(build, failed)).toBe(
        'COMMAND_EXECUTION_ERROR: Error while executing command: exit 3. Reason: exit status 3',
      );
      expect(lines.some((line) => line.endsWith('Command did not exit successfully exit 3 exit status 3'))).toBe(true);
    },
  );
});

describe('finally', () => {
  test('runs whole after the commands, also when one of them failed', async () => {
    const { build, lines } = await stand.run(
      spec({
        build: { commands: ['false', 'echo never'], finally: ['echo one', 'echo two'] },
        post_build: ['echo post'],
      }),
    );

    expect(outputOf(lines)).toEqual(['one', 'two', 'post']);
    expect(contextOf(build, 'BUILD')).toContain('Error while executing command: false.');
  });

  test('fails the phase by itself', async () => {
    const { build } = await stand.run(spec({ build: { commands: ['true'], finally: ['exit 4'] } }));

    expect(build.buildStatus).toBe('FAILED');
    expect(contextOf(build, 'BUILD')).toBe(
      'COMMAND_EXECUTION_ERROR: Error while executing command: exit 4. Reason: exit status 4',
    );
  });
});

describe('on-failure', () => {
  test('ABORT goes to FINALIZING after finally, past POST_BUILD', async () => {
    const { build, lines } = await stand.run(
      spec({
        build: { 'on-failure': 'ABORT', commands: ['false'], finally: ['echo cleaned'] },
        post_build: ['echo post'],
      }),
    );

    expect(outputOf(lines)).toEqual(['cleaned']);
    expect(phasesOf(build).slice(-3)).toEqual(['BUILD FAILED', 'FINALIZING SUCCEEDED', 'COMPLETED']);
    expect(build.buildStatus).toBe('FAILED');
  });

  test('CONTINUE goes on, and the build succeeds if nothing else failed', async () => {
    const { build, lines } = await stand.run(
      spec({ install: { 'on-failure': 'CONTINUE', commands: ['false'] }, build: ['echo built'] }),
    );

    expect(outputOf(lines)).toEqual(['built']);
    expect(phasesOf(build)).toContain('INSTALL FAILED');
    expect(build.buildStatus).toBe('SUCCEEDED');
  });

  test('RETRY runs the whole build again in a clean folder, as often as it says', async () => {
    const marker = `${stand.dir}/attempts`;
    const commands = [
      `echo x >> ${marker}; wc -l < ${marker} | tr -d ' '`,
      'ls',
      'touch left-over',
      `[ "$(wc -l < ${marker})" -ge 3 ]`,
    ];

    const { build, lines } = await stand.run(
      spec({ pre_build: { 'on-failure': 'RETRY-2', commands }, build: ['echo built'] }),
    );

    expect(outputOf(lines)).toEqual(['1', '2', '3', 'built']);
    expect(build.buildStatus).toBe('SUCCEEDED');
    expect(phasesOf(build).filter((phase) => phase.startsWith('PRE_BUILD'))).toEqual(['PRE_BUILD SUCCEEDED']);
    expect(build.phases).toHaveLength(11);
  });

  test('RETRY with a pattern that the message does not match retries nothing', async () => {
    const { build, lines } = await stand.run(
      spec({ build: { 'on-failure': 'RETRY-5-timed? out', commands: ['echo tried; false'] } }),
    );

    expect(outputOf(lines)).toEqual(['tried']);
    expect(build.buildStatus).toBe('FAILED');
  });
});

test('CODEBUILD_BUILD_SUCCEEDING is 1 until a command fails, then 0', async () => {
  const show = 'echo $CODEBUILD_BUILD_SUCCEEDING';

  const { lines } = await stand.run(
    spec({
      build: { commands: [show, 'false'], finally: [show] },
      post_build: [show, '[ "$CODEBUILD_BUILD_SUCCEEDING" = 1 ] || exit 1'],
    }),
  );

  expect(outputOf(lines)).toEqual(['1', '0', '0']);
});

test('a buildspec that cannot be read fails DOWNLOAD_SOURCE with what is wrong', async () => {
  const { build } = await stand.run('version: 0.2\nphases:\n  build: {commands: [a]}\nartefacts: {}\n');

  expect(phasesOf(build).slice(3)).toEqual(['DOWNLOAD_SOURCE FAILED', 'FINALIZING SUCCEEDED', 'COMPLETED']);
  expect(contextOf(build, 'DOWNLOAD_SOURCE')).toBe('YAML_FILE_ERROR: artefacts is not known in a buildspec.');
});
