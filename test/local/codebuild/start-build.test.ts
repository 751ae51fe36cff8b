import type { StartBuildInput } from '@aws-sdk/client-codebuild';
import {
  BatchDeleteBuildsCommand,
  BatchGetBuildsCommand,
  ListBuildsCommand,
  ListBuildsForProjectCommand,
  RetryBuildCommand,
  StartBuildCommand,
} from '@aws-sdk/client-codebuild';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Stand } from './stand.ts';
import { openStand, outputOf, spec } from './stand.ts';

let stand: Stand;

beforeEach(async () => {
  stand = await openStand();
  await stand.project();
});

afterEach(() => stand.close());

test('the answer shows the build in the queue, with its number, its ids and no log yet', async () => {
  const build = await stand.start();
  await stand.over(build);

  expect(build).toMatchObject({
    projectName: 'app',
    buildNumber: 1,
    buildStatus: 'IN_PROGRESS',
    currentPhase: 'QUEUED',
    buildComplete: false,
  });
  expect(build.arn).toBe(`arn:aws:codebuild:eu-west-1:000000000000:build/${build.id}`);
  expect(build.logs).not.toHaveProperty('streamName');
  expect(build.phases).toMatchObject([
    { phaseType: 'SUBMITTED', phaseStatus: 'SUCCEEDED', durationInSeconds: 0 },
    { phaseType: 'QUEUED' },
  ]);
});

test('overrides hold for one build and are shown with it', async () => {
  const overrides = {
    timeoutInMinutesOverride: 7,
    queuedTimeoutInMinutesOverride: 8,
    imageOverride: 'other/image:2',
    computeTypeOverride: 'BUILD_GENERAL1_LARGE',
    environmentVariablesOverride: [{ name: 'A', value: 'a' }],
    logsConfigOverride: { cloudWatchLogs: { status: 'ENABLED', groupName: 'group', streamName: 'prefix' } },
  } satisfies Partial<StartBuildInput>;

  const { build } = await stand.run(spec({ build: ['echo $CODEBUILD_BUILD_IMAGE $CODEBUILD_LOG_PATH'] }), overrides);
  const plain = await stand.over(await stand.start());

  const stream = `prefix/${build.id?.split(':')[1]}`;
  expect(build).toMatchObject({
    timeoutInMinutes: 7,
    queuedTimeoutInMinutes: 8,
    environment: { image: 'other/image:2', computeType: 'BUILD_GENERAL1_LARGE' },
  });
  expect(build.logs).toMatchObject({ groupName: 'group', streamName: stream });
  expect(outputOf(stand.lines(build))).toEqual([`other/image:2 ${stream}`]);
  expect(plain).toMatchObject({
    timeoutInMinutes: 60,
    logs: { groupName: '/aws/codebuild/app', streamName: plain.id?.split(':')[1] },
  });
});

test('a build whose logs are off writes none', async () => {
  const { build, lines } = await stand.run(spec({ build: ['echo x'] }), {
    logsConfigOverride: { cloudWatchLogs: { status: 'DISABLED' } },
  });

  expect(build.buildStatus).toBe('SUCCEEDED');
  expect(lines).toEqual([]);
});

describe('is refused', () => {
  test('for a project that is not there', async () => {
    await expect(stand.start({ projectName: 'other' })).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
      message: 'Project cannot be found: arn:aws:codebuild:eu-west-1:000000000000:project/other',
    });
  });

  test.each([
    [{ sourceTypeOverride: 'CODEPIPELINE' }, 'source of type CODEPIPELINE'],
    [{ artifactsOverride: { type: 'CODEPIPELINE' } }, 'artifacts of type CODEPIPELINE'],
    [{ sourceTypeOverride: 'S3', sourceLocationOverride: 'bucket' }, 'needs BUCKET/KEY'],
    [{ timeoutInMinutesOverride: 2161 }, 'Invalid timeoutInMinutes: 2161.'],
    [{ debugSessionEnabled: true }, 'no debug sessions'],
    [{ environmentVariablesOverride: [{ name: '1', value: '' }] }, 'Invalid name of an environment variable: 1.'],
  ] as const)('with %j', async (input, message) => {
    await expect(stand.start(input as object)).rejects.toMatchObject({
      name: 'InvalidInputException',
      message: expect.stringContaining(message),
    });
  });

  test('when the project’s limit of concurrent builds is reached', async () => {
    await stand.project({ name: 'limited', concurrentBuildLimit: 1 });
    const first = await stand.start({ projectName: 'limited', buildspecOverride: spec({ build: ['sleep 300'] }) });

    await expect(stand.start({ projectName: 'limited' })).rejects.toMatchObject({
      name: 'AccountLimitExceededException',
    });
    expect(first.buildNumber).toBe(1);
  });
});

describe('an idempotency token', () => {
  test('gives the same build for the same parameters, also after a restart', async () => {
    const input = { idempotencyToken: 't', environmentVariablesOverride: [{ name: 'A', value: 'a' }] };
    const first = await stand.start(input);
    await stand.over(first);
    await stand.reopen();
    const again = await stand.start(input);

    expect(again.id).toBe(first.id);
    expect((await stand.client.send(new ListBuildsCommand({}))).ids).toEqual([first.id]);
  });

  test('refuses other parameters', async () => {
    await stand.start({ idempotencyToken: 't' });

    await expect(stand.start({ idempotencyToken: 't', timeoutInMinutesOverride: 9 })).rejects.toMatchObject({
      name: 'InvalidInputException',
    });
  });

  test('is forgotten after five minutes', async () => {
    const first = await stand.start({ idempotencyToken: 't' });
    await stand.over(first);
    stand.clock.turn(5 * 60_000);
    const second = await stand.start({ idempotencyToken: 't', timeoutInMinutesOverride: 9 });

    expect(second).toMatchObject({ buildNumber: 2 });
  });
});

describe('builds', () => {
  test('are read by id or ARN; unknown ids are told, not refused', async () => {
    const build = await stand.over(await stand.start());

    const { builds, buildsNotFound } = await stand.client.send(
      new BatchGetBuildsCommand({ ids: [build.arn ?? '', 'app:none'] }),
    );

    expect(builds).toEqual([build]);
    expect(buildsNotFound).toEqual(['app:none']);
  });

  test('are read at most a hundred at once', async () => {
    const ids = Array.from({ length: 101 }, (_, index) => `app:${index}`);

    await expect(stand.client.send(new BatchGetBuildsCommand({ ids }))).rejects.toMatchObject({
      name: 'InvalidInputException',
    });
  });

  test('are listed the newest first, by project or all, page by page', async () => {
    await stand.project({ name: 'second' });
    const ids: (string | undefined)[] = [];
    for (let index = 0; index < 3; index += 1)
      ids.push((await stand.over(await stand.start({ projectName: index === 1 ? 'second' : 'app' }))).id);

    const all = await stand.client.send(new ListBuildsCommand({}));
    const ascending = await stand.client.send(
      new ListBuildsForProjectCommand({ projectName: 'app', sortOrder: 'ASCENDING' }),
    );

    expect(all.ids).toEqual([...ids].reverse());
    expect(ascending.ids).toEqual([ids[0], ids[2]]);
    await expect(stand.client.send(new ListBuildsForProjectCommand({ projectName: 'none' }))).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
    });
    await expect(stand.client.send(new ListBuildsCommand({ nextToken: '!' }))).rejects.toMatchObject({
      name: 'InvalidInputException',
    });
  });

  test('are deleted when they are over; their numbers are not used again', async () => {
    const done = await stand.over(await stand.start());
    const running = await stand.start({ buildspecOverride: spec({ build: ['sleep 300'] }) });

    const ids = [done.id ?? '', running.id ?? '', 'app:none'];
    const { buildsDeleted, buildsNotDeleted } = await stand.client.send(new BatchDeleteBuildsCommand({ ids }));

    expect(buildsDeleted).toEqual([done.arn]);
    expect(buildsNotDeleted).toEqual([
      { id: running.id, statusCode: 'BUILD_IN_PROGRESS' },
      { id: 'app:none', statusCode: 'BUILD_NOT_FOUND' },
    ]);
    expect((await stand.start()).buildNumber).toBe(3);
  });

  test('are retried with the overrides that they had', async () => {
    const { build } = await stand.run(spec({ build: ['echo again $A'] }), {
      environmentVariablesOverride: [{ name: 'A', value: 'a' }],
    });

    const { build: retried } = await stand.client.send(new RetryBuildCommand({ id: build.id }));
    const over = await stand.over(retried ?? {});

    expect(over).toMatchObject({ buildNumber: 2, buildStatus: 'SUCCEEDED' });
    expect(over.id).not.toBe(build.id);
    expect(outputOf(stand.lines(over))).toEqual(['again a']);
    await expect(stand.client.send(new RetryBuildCommand({ id: 'app:none' }))).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
    });
  });
});

test('StartBuild takes the project’s ARN too', async () => {
  const { build } = await stand.client.send(
    new StartBuildCommand({ projectName: 'arn:aws:codebuild:eu-west-1:000000000000:project/app' }),
  );

  expect(build?.projectName).toBe('app');
});
