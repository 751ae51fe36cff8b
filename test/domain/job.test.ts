import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ActionExecution, ActionStatus } from '../../functions/domain/action.ts';
import {
  acknowledge,
  close,
  createJob,
  follow,
  isClosed,
  type Job,
  type JobStatus,
  jobNotFound,
  notInProgress,
  offer,
  offerLasts,
  queue,
  queueOf,
  statusOf,
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
    expect(() => acknowledge(held, action, 'stale', 11)).toThrow(/which job j1 was offered last/);
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
