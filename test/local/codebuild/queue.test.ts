import { StopBuildCommand } from '@aws-sdk/client-codebuild';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { startOf } from '../../../local/codebuild/leftovers.ts';
import type { Stand } from './stand.ts';
import { contextOf, openStand, outputOf, phasesOf, spec } from './stand.ts';

let stand: Stand;

beforeEach(async () => {
  stand = await openStand({ concurrency: 1 });
  await stand.project();
});

afterEach(() => stand.close());

const stop = async (id: string | undefined) => (await stand.client.send(new StopBuildCommand({ id }))).build;
const minutes = (count: number) => count * 60_000;

async function running(commands: readonly string[], phases: object = {}): Promise<Awaited<ReturnType<Stand['start']>>> {
  const build = await stand.start({ buildspecOverride: spec({ build: commands, ...phases }) });
  await stand.said('started');
  return build;
}

describe('the queue', () => {
  test('holds builds back while others run, and lets them go in order', async () => {
    const first = await running(['echo started; sleep 300']);
    const second = await stand.start();
    const third = await stand.start();

    const held = await Promise.all([stand.get(second), stand.get(third)]);
    await stop(first.id);
    const [a, b] = await Promise.all([stand.over(second), stand.over(third)]);

    expect(held.map(({ currentPhase }) => currentPhase)).toEqual(['QUEUED', 'QUEUED']);
    expect(a.buildStatus).toBe('SUCCEEDED');
    const [secondOver, thirdQueued] = [a.endTime?.getTime() ?? 0, b.phases?.[1]?.endTime?.getTime() ?? 0];
    expect(thirdQueued).toBeGreaterThanOrEqual(secondOver);
  });

  test('gives up a build after its queue time-out, which then never runs', async () => {
    const first = await running(['echo started; sleep 300']);
    const second = await stand.start({ queuedTimeoutInMinutesOverride: 5 });
    stand.clock.turn(minutes(5));
    const over = await stand.over(second);
    await stop(first.id);
    await stand.over(first);

    expect(over.buildStatus).toBe('TIMED_OUT');
    expect(phasesOf(over)).toEqual(['SUBMITTED SUCCEEDED', 'QUEUED TIMED_OUT', 'COMPLETED']);
    expect(stand.lines(over)).toEqual([]);
  });

  test('forgets a build that is stopped in it', async () => {
    const first = await running(['echo started; sleep 300']);
    const second = await stand.start();
    const stopped = await stop(second.id);
    await stop(first.id);
    await stand.over(first);

    expect(stopped).toMatchObject({ buildStatus: 'STOPPED', buildComplete: true });
    expect(phasesOf(stopped ?? {})).toEqual(['SUBMITTED SUCCEEDED', 'QUEUED STOPPED', 'COMPLETED']);
  });
});

describe('stopping', () => {
  test('ends the running phase, and nothing follows, not even finally', async () => {
    const build = await running([], {
      build: { commands: ['echo started; sleep 300'], finally: ['echo finally'] },
      post_build: ['echo post'],
    });
    const answer = await stop(build.id);
    const over = await stand.over(build);

    expect(answer?.buildStatus).toBe('IN_PROGRESS');
    expect(over.buildStatus).toBe('STOPPED');
    expect(phasesOf(over).slice(-2)).toEqual(['BUILD STOPPED', 'COMPLETED']);
    expect(outputOf(stand.lines(over)).join()).toMatch(/^started(,Terminated)?$/);
  });

  test('sends SIGTERM to the whole group, and waits for a command that tidies up', async () => {
    const build = await running([`sleep 300 & trap 'echo tidied up; exit 1' TERM; echo "started $!"; wait`]);
    await stop(build.id);
    const over = await stand.over(build);

    const [first = '', second] = outputOf(stand.lines(over));
    expect(second).toBe('tidied up');
    expect(startOf(Number(first.split(' ')[1]))).toBeUndefined();
  });

  test('kills after ten seconds what ignores SIGTERM', async () => {
    const build = await running([`trap '' TERM; echo "started $$"; while :; do sleep 1; done`]);
    await stop(build.id);
    const waiting = await stand.get(build);
    stand.clock.turn(10_000);
    const over = await stand.over(build);

    const [line = ''] = outputOf(stand.lines(over));
    expect(waiting.buildStatus).toBe('IN_PROGRESS');
    expect(over.buildStatus).toBe('STOPPED');
    expect(startOf(Number(line.split(' ')[1]))).toBeUndefined();
  });

  test('of a build that is over changes nothing, of one that never was is an error', async () => {
    const build = await stand.over(await stand.start());

    expect(await stop(build.id)).toEqual(build);
    await expect(stop('app:none')).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  });
});

describe('the build time-out', () => {
  test('ends the running phase as TIMED_OUT; post_build does not run', async () => {
    const build = await stand.start({
      timeoutInMinutesOverride: 5,
      buildspecOverride: spec({ build: ['echo started; sleep 300'], post_build: ['echo post'] }),
    });
    await stand.said('started');
    stand.clock.turn(minutes(5));
    const over = await stand.over(build);

    expect(over.buildStatus).toBe('TIMED_OUT');
    expect(phasesOf(over).slice(-2)).toEqual(['BUILD TIMED_OUT', 'COMPLETED']);
    expect(contextOf(over, 'BUILD')).toBe('BUILD_TIMED_OUT: Build has timed out.');
    expect(outputOf(stand.lines(over)).join()).toMatch(/^started(,Terminated)?$/);
  });

  test('does not count the time in the queue', async () => {
    const first = await running(['echo started; sleep 300']);
    const second = await stand.start({ timeoutInMinutesOverride: 5 });
    stand.clock.turn(minutes(6));
    await stop(first.id);

    expect((await stand.over(second)).buildStatus).toBe('SUCCEEDED');
  });
});
