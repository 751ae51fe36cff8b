import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ActionExecution, ActionStatus } from '../../functions/domain/action.ts';
import {
  acknowledge,
  close,
  createJob,
  follow,
  handOver,
  hasJob,
  isClosed,
  isHandedOver,
  type Job,
  type JobStatus,
  jobNotFound,
  notInProgress,
  offer,
  offerLasts,
  queue,
  queueOf,
  statusOf,
  takeBack,
} from '../../functions/domain/job.ts';
import { times } from './times.ts';

const day = 24 * 60 * 60_000;
const action: ActionExecution = {
  key: 'p/r/01.000.001.00',
  id: 'a',
  pipelineName: 'web',
  stage: 'Build',
  action: 'Compile',
  type: { category: 'Build', owner: 'Custom', provider: 'Jenkins', version: '1' },
  version: 1,
  status: 'Running',
  job: 'j1',
  deadline: day,
  startTime: 0,
  lastUpdateTime: 0,
};
const created = createJob(action, 'j1');
const queued: Job = { ...created, status: 'Queued', queue: 'q', offeredFrom: 10 };
const dispatched: Job = { ...queued, status: 'Dispatched', nonce: 'n1', offeredFrom: 10 + offerLasts };
const held: Job = { ...created, status: 'InProgress', queue: 'q', nonce: 'n1' };

const refused = (name: string) => expect.objectContaining({ name });

describe('a job', () => {
  it('is created with its action, and queued once', () => {
    const first = queue(created, 'q', 10);

    expect(created).toEqual({ id: 'j1', action: action.key, status: 'Created', deadline: day });
    expect(first).toEqual(queued);
    expect(queue(queued, 'q', 11)).toBeUndefined();
    expect(queue(held, 'q', 11)).toBeUndefined();
  });

  it('is asked for by its type, and by a queryable value where the type has one', () => {
    expect(queueOf(action.type)).toBe('JOBS#Build#Jenkins#1');
    expect(queueOf(action.type, 'web')).toBe('JOBS#Build#Jenkins#1#web');
  });

  it('is offered with a nonce, and again with another when the offer has lapsed', () => {
    const lapses = 10 + offerLasts;

    expect(offer(queued, action, 'n1', 10)).toEqual(dispatched);
    expect(offer(dispatched, action, 'n2', lapses - 1)).toBeUndefined();
    expect(offer(dispatched, action, 'n2', lapses)).toEqual({
      ...dispatched,
      nonce: 'n2',
      offeredFrom: lapses + offerLasts,
    });
  });

  it.each<[string, Job, Partial<ActionExecution> | undefined]>([
    ['not queued yet', created, {}],
    ['held', held, {}],
    ['answered', { ...held, status: 'Succeeded' }, {}],
    ['of an action that is still being started', queued, { status: 'Starting' }],
    ['of an action that is over', queued, { status: 'Abandoned' }],
    ['of an action that goes on with another job', queued, { job: 'j2' }],
    ['of an action that is gone', queued, undefined],
  ])('is not offered when it is %s', (_, job, more) => {
    expect(offer(job, more && { ...action, ...more }, 'n', 20)).toBeUndefined();
  });

  it('is not offered once its action’s deadline has come', () => {
    expect(offer(queued, action, 'n', day - 1)?.status).toBe('Dispatched');
    expect(offer(queued, action, 'n', day)).toBeUndefined();
  });

  it('is claimed with the nonce of its last offer, and stays claimed', () => {
    const claimed = acknowledge(dispatched, action, 'n1', 11);

    expect(claimed).toEqual({ status: 'InProgress', job: held });
    expect(acknowledge(held, action, 'n1', 12)).toEqual({ status: 'InProgress' });
  });

  it('is claimed late as long as nobody else was offered it', () => {
    expect(acknowledge(dispatched, action, 'n1', 10 + 5 * offerLasts).status).toBe('InProgress');
  });

  it.each([created, queued, dispatched, held])('refuses a nonce that was not given out last: $status', (job) => {
    expect(() => acknowledge(job, action, 'stale', 11)).toThrow(refused('InvalidNonceException'));
  });

  it('says to its worker that it has timed out when its action is over', () => {
    const over = { ...action, status: 'Abandoned' } as const;

    expect(acknowledge(dispatched, over, 'n1', 11)).toEqual({ status: 'TimedOut' });
    expect(acknowledge({ ...held, status: 'Failed' }, over, 'n1', 11)).toEqual({ status: 'Failed' });
  });

  it.each(['Succeeded', 'Failed'] as const)('takes a result while it is in progress: %s', (status) => {
    expect(close(held, action, status, 11)).toEqual({ ...held, status });
  });

  it.each<[JobStatus, Partial<ActionExecution>, number]>([
    ['Created', {}, 11],
    ['Queued', {}, 11],
    ['Dispatched', {}, 11],
    ['Succeeded', {}, 11],
    ['Failed', {}, 11],
    ['TimedOut', {}, 11],
    ['InProgress', { status: 'Abandoned' }, 11],
    ['InProgress', { status: 'TimedOut' }, 11],
    ['InProgress', { job: 'j2' }, 11],
    ['InProgress', {}, day],
  ])('takes no result when it is %s and its action has %j at %d', (status, more, now) => {
    const answer = () => close({ ...held, status }, { ...action, ...more }, 'Succeeded', now);

    expect(answer).toThrow(refused('InvalidJobStateException'));
  });

  it.each([
    ['Created', false],
    ['Queued', false],
    ['Dispatched', false],
    ['InProgress', false],
    ['TimedOut', true],
    ['Succeeded', true],
    ['Failed', true],
  ] as const)('is closed when it is %s: %j', (status, closed) => {
    expect(isClosed(status)).toBe(closed);
  });

  it('that is not there, or does not take what it is told, is named', () => {
    expect(jobNotFound('x'.repeat(200))).toMatchObject({
      code: 'JobNotFoundException',
      message: `There is no job with the id '${'x'.repeat(100)}'.`,
    });
    expect(notInProgress('j1', 'Queued')).toMatchObject({
      code: 'InvalidJobStateException',
      message: 'Job j1 is Queued; only a job in progress takes a result.',
    });
    expect(() => acknowledge(held, action, 'stale', 11)).toThrow(
      'The nonce is not the one with which job j1 was offered last: it may be held by another worker.',
    );
  });

  it('is followed by another that carries the token, with the same deadline and no nonce', () => {
    expect(follow(held, { id: 'j2', token: 'half' }, 50)).toEqual({
      id: 'j2',
      action: action.key,
      status: 'Queued',
      queue: 'q',
      offeredFrom: 50,
      continuationToken: 'half',
      deadline: day,
    });
  });
});

it.each([
  ['Build', 'Custom', 'Jenkins', true],
  ['Source', 'Custom', 'LambdaInvoke', true],
  ['Rule', 'AWS', 'LambdaInvoke', true],
  ['Rule', 'AWS', 'CodeBuild', false],
  ['Invoke', 'AWS', 'Lambda', false],
  ['Invoke', 'AWS', 'LambdaInvoke', false],
  ['Build', 'ThirdParty', 'Jenkins', false],
] as const)('an execution of %s, %s, %s has a job: %j', (category, owner, provider, has) => {
  expect(hasJob({ category, owner, provider, version: '1' })).toBe(has);
});

describe('a job, looked at together with its action', () => {
  it.each<[JobStatus, Partial<ActionExecution> | undefined, number, JobStatus]>([
    ['Created', { status: 'Pending' }, 11, 'Created'],
    ['Queued', { status: 'Starting' }, 11, 'Queued'],
    ['InProgress', {}, day - 1, 'InProgress'],
    ['InProgress', {}, day, 'TimedOut'],
    ['InProgress', {}, day + 1, 'TimedOut'],
    ['InProgress', { status: 'Failed' }, 11, 'TimedOut'],
    ['InProgress', { job: 'j2' }, 11, 'TimedOut'],
    ['InProgress', undefined, 11, 'TimedOut'],
    ['Succeeded', undefined, day, 'Succeeded'],
    ['Failed', { job: 'j2' }, 11, 'Failed'],
    ['TimedOut', {}, 11, 'TimedOut'],
  ])('that was %s, of one with %j, at %d is %s', (status, more, now, is) => {
    expect(statusOf({ ...held, status }, more && { ...action, ...more }, now)).toBe(is);
  });
});

describe('the job of a function', () => {
  const statuses: readonly (readonly [JobStatus, boolean])[] = [
    ['Created', false],
    ['Queued', false],
    ['Dispatched', true],
    ['InProgress', true],
    ['TimedOut', true],
    ['Succeeded', true],
    ['Failed', true],
  ];

  it.each(statuses)('that is %s was handed over: %j', (status, was) => {
    const job: Job = { ...queued, status };
    const { offeredFrom: _, ...rest } = job;

    expect(isHandedOver(job)).toBe(was);
    expect(handOver(job)).toStrictEqual(was ? undefined : { ...rest, status: 'InProgress' });
  });

  it.each(statuses)('is taken back while it is in progress alone: %s', (status) => {
    const job: Job = { ...held, status };

    expect(takeBack(job)).toStrictEqual(status === 'InProgress' ? { ...job, status: 'Queued' } : undefined);
  });

  it('that was taken back may be handed over again, and is what it was', () => {
    const taken = takeBack(held);

    expect(taken && handOver(taken)).toStrictEqual(held);
  });
});

const ask = fc.record({
  by: fc.constantFrom('one', 'two'),
  does: fc.constantFrom('poll', 'claim', 'succeed', 'fail', 'abandon'),
  after: fc.integer({ min: 0, max: 2 * offerLasts }),
});

it('is held by one worker at most, and takes one result at most, whatever two workers do', () => {
  fc.assert(
    fc.property(fc.array(ask, { maxLength: 40 }), (asks) => {
      const nonces = new Map<string, string>();
      const holders = new Set<string>();
      let job = queued;
      let status: ActionStatus = 'Running';
      let now = 10;
      let results = 0;
      for (const [index, { by, does, after }] of asks.entries()) {
        now += after;
        const found = { ...action, status };
        const before = statusOf(job, found, now);
        try {
          if (does === 'poll') {
            const offered = offer(job, found, `n${index}`, now);
            if (offered) nonces.set(by, `n${index}`);
            job = offered ?? job;
          } else if (does === 'claim') {
            const claimed = acknowledge(job, found, nonces.get(by) ?? '', now);
            if (claimed.job) holders.add(by);
            job = claimed.job ?? job;
          } else if (does === 'abandon') {
            status = 'Abandoned';
          } else {
            job = close(job, found, does === 'succeed' ? 'Succeeded' : 'Failed', now);
            results++;
          }
        } catch (error) {
          expect(['InvalidNonceException', 'InvalidJobStateException']).toContain((error as Error).name);
        }
        if (isClosed(before)) expect(statusOf(job, { ...action, status }, now)).toBe(before);
      }

      expect(holders.size).toBeLessThanOrEqual(1);
      expect(results).toBeLessThanOrEqual(1);
    }),
    { numRuns: times(500) },
  );
});
