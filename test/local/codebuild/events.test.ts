import { afterEach, expect, test } from 'vitest';
import { eventTime } from '../../../local/codebuild/events.ts';
import type { BusEvent } from '../../../local/ports.ts';
import type { Stand } from './stand.ts';
import { openStand, spec } from './stand.ts';

let stand: Stand;

afterEach(() => stand.close());

const detailsOf = (type: string) =>
  stand.events.filter(({ detailType }) => detailType === `CodeBuild Build ${type} Change`).map(({ detail }) => detail);

test('a build tells of its start, each phase as it ends, and its end', async () => {
  stand = await openStand();
  await stand.project();
  const { build } = await stand.run(spec({ build: ['false'] }), {
    environmentVariablesOverride: [{ name: 'ACTION', value: 'id' }],
  });

  const phases = detailsOf('Phase').map(
    (detail) => `${Reflect.get(detail, 'completed-phase')} ${Reflect.get(detail, 'completed-phase-status')}`,
  );
  expect(phases).toEqual([
    'SUBMITTED SUCCEEDED',
    'QUEUED SUCCEEDED',
    'PROVISIONING SUCCEEDED',
    'DOWNLOAD_SOURCE SUCCEEDED',
    'INSTALL SUCCEEDED',
    'PRE_BUILD SUCCEEDED',
    'BUILD FAILED',
    'POST_BUILD SUCCEEDED',
    'UPLOAD_ARTIFACTS SUCCEEDED',
    'FINALIZING SUCCEEDED',
  ]);
  expect(detailsOf('State').map((detail) => Reflect.get(detail, 'build-status'))).toEqual(['IN_PROGRESS', 'FAILED']);
  expect(
    stand.events.every(({ source, resources }) => source === 'aws.codebuild' && resources?.[0] === build.arn),
  ).toBe(true);
});

test('the details have the shape of CodeBuild’s events', async () => {
  stand = await openStand();
  await stand.project();
  const { build } = await stand.run(spec({ build: ['false'] }), {
    environmentVariablesOverride: [{ name: 'ACTION', value: 'id' }],
  });

  const time = expect.stringMatching(/^[A-Z][a-z]{2} \d{1,2}, \d{4} \d{1,2}:\d\d:\d\d [AP]M$/);
  const context = 'COMMAND_EXECUTION_ERROR: Error while executing command: false. Reason: exit status 1';
  expect(detailsOf('State').at(-1)).toEqual({
    'build-status': 'FAILED',
    'project-name': 'app',
    'build-id': build.arn,
    'current-phase': 'COMPLETED',
    'current-phase-context': '[]',
    version: '1',
    'additional-information': expect.objectContaining({
      cache: { type: 'NO_CACHE' },
      artifact: { location: '' },
      environment: {
        image: 'aws/codebuild/standard:7.0',
        'privileged-mode': false,
        'image-pull-credentials-type': 'CODEBUILD',
        'compute-type': 'BUILD_GENERAL1_SMALL',
        type: 'LINUX_CONTAINER',
        'environment-variables': [{ name: 'ACTION', value: 'id', type: 'PLAINTEXT' }],
      },
      'timeout-in-minutes': 60,
      'queued-timeout-in-minutes': 480,
      'build-complete': true,
      initiator: 'root',
      'build-start-time': time,
      source: { type: 'NO_SOURCE', location: '' },
      logs: {
        'group-name': '/aws/codebuild/app',
        'stream-name': build.id?.split(':')[1],
        'deep-link': expect.stringMatching(/^https:/),
      },
      phases: expect.arrayContaining([
        {
          'phase-type': 'BUILD',
          'phase-status': 'FAILED',
          'phase-context': [context],
          'start-time': time,
          'end-time': time,
          'duration-in-seconds': 0,
        },
        { 'phase-type': 'COMPLETED', 'start-time': time },
      ]),
    }),
  });
  expect(detailsOf('Phase').find((detail) => Reflect.get(detail, 'completed-phase') === 'BUILD')).toMatchObject({
    'completed-phase-status': 'FAILED',
    'completed-phase-context': `[${context}]`,
    'completed-phase-duration-seconds': 0,
    'completed-phase-start': time,
    'completed-phase-end': time,
  });
});

test('times are written as CodeBuild writes them, in UTC', () => {
  expect(eventTime(Date.UTC(2017, 8, 1, 16, 12, 29))).toBe('Sep 1, 2017 4:12:29 PM');
  expect(eventTime(Date.UTC(2026, 0, 31, 0, 5, 9))).toBe('Jan 31, 2026 12:05:09 AM');
});

test('an event that the bus does not take is offered again, in order, and fails no build', async () => {
  const taken: BusEvent[] = [];
  let refusals = 2;
  stand = await openStand({
    ports: {
      emit(event) {
        if (refusals-- > 0) throw new Error('The bus is busy.');
        taken.push(event);
        stand?.events.push(event);
      },
    },
  });
  await stand.project();
  const build = await stand.start();
  stand.clock.turn(1000);
  await stand.said('Phase complete: FINALIZING');
  stand.clock.turn(1000);
  await stand.reopen();

  const names = taken.map(
    ({ detail }) => Reflect.get(detail, 'completed-phase') ?? Reflect.get(detail, 'build-status'),
  );
  expect((await stand.get(build)).buildStatus).toBe('SUCCEEDED');
  expect(names.slice(0, 3)).toEqual(['SUBMITTED', 'IN_PROGRESS', 'QUEUED']);
  expect(names.at(-1)).toBe('SUCCEEDED');
  expect(names).toHaveLength(12);
});
