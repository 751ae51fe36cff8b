import { describe, expect, test } from 'vitest';
import type { ActionStatus } from '../../functions/domain/action.ts';
import { abandon } from '../../functions/domain/action.ts';
import type { Run } from '../../functions/domain/run.ts';
import { actionChanges, runChanges } from '../../functions/domain/state-change.ts';
import { anAction, aRun } from './given.ts';

const told = (changes: ReturnType<typeof runChanges>) =>
  changes.map((change) =>
    change.level === 'Stage' ? `${change.stage} ${change.state}` : `${change.level} ${change.state}`,
  );

describe('a run', () => {
  const build: Partial<Run> = { stage: 'Build' };
  const before: Partial<Run> = { place: 'inbound' };
  const rows: { name: string; was?: Partial<Run>; is: Partial<Run>; leads: string[] }[] = [
    { name: 'is opened inside', is: {}, leads: ['Pipeline STARTED', 'Source STARTED'] },
    { name: 'is opened before the first stage', is: before, leads: ['Pipeline STARTED'] },
    { name: 'enters the stage that it waited for', was: before, is: {}, leads: ['Source STARTED'] },
    { name: 'goes from stage to stage', was: {}, is: build, leads: ['Source SUCCEEDED', 'Build STARTED'] },
    {
      name: 'goes on from a stage that was tried again',
      was: { attempt: 1 },
      is: build,
      leads: ['Source SUCCEEDED', 'Build STARTED'],
    },
    {
      name: 'is over as soon as it is there',
      is: { ...before, status: 'Superseded' },
      leads: ['Pipeline STARTED', 'Pipeline SUPERSEDED'],
    },
    {
      name: 'is there, and being stopped',
      is: { ...before, status: 'Stopping', stop: {} },
      leads: ['Pipeline STARTED', 'Pipeline STOPPING'],
    },
    { name: 'leaves a stage and waits', was: {}, is: { ...build, ...before }, leads: ['Source SUCCEEDED'] },
    { name: 'begins a step', was: {}, is: { step: 2 }, leads: [] },
    { name: 'waits on', was: before, is: { ...before, spent: 9 }, leads: [] },
    { name: 'succeeds', was: {}, is: { status: 'Succeeded' }, leads: ['Source SUCCEEDED', 'Pipeline SUCCEEDED'] },
    { name: 'fails', was: {}, is: { status: 'Failed' }, leads: ['Source FAILED', 'Pipeline FAILED'] },
    {
      name: 'is cancelled inside',
      was: {},
      is: { status: 'Cancelled' },
      leads: ['Source CANCELED', 'Pipeline CANCELED'],
    },
    {
      name: 'is asked to stop',
      was: {},
      is: { status: 'Stopping', stop: {} },
      leads: ['Pipeline STOPPING', 'Source STOPPING'],
    },
    {
      name: 'stops',
      was: { status: 'Stopping', stop: {} },
      is: { status: 'Stopped', stop: {} },
      leads: ['Source STOPPED', 'Pipeline STOPPED'],
    },
    {
      name: 'is stopped at once',
      was: {},
      is: { status: 'Stopped', stop: { reason: 'why' } },
      leads: ['Pipeline STOPPING', 'Source STOPPING', 'Source STOPPED', 'Pipeline STOPPED'],
    },
    {
      name: 'is stopped while it waits',
      was: before,
      is: { ...before, status: 'Stopped', stop: {} },
      leads: ['Pipeline STOPPING', 'Pipeline STOPPED'],
    },
    {
      name: 'is retried',
      was: { status: 'Failed' },
      is: { attempt: 1 },
      leads: ['Pipeline RESUMED', 'Source RESUMED'],
    },
    {
      name: 'retries its stage by itself',
      was: {},
      is: { attempt: 1, retriedItself: 'Source' },
      leads: ['Source FAILED', 'Source RESUMED'],
    },
    {
      name: 'stops once more after a retry',
      was: { attempt: 1 },
      is: { attempt: 1, status: 'Stopping', stop: {} },
      leads: ['Pipeline STOPPING', 'Source STOPPING'],
    },
    {
      name: 'is superseded while it waits',
      was: before,
      is: { ...before, status: 'Superseded' },
      leads: ['Pipeline SUPERSEDED'],
    },
    {
      name: 'is superseded as it leaves a stage',
      was: {},
      is: { ...build, ...before, status: 'Superseded' },
      leads: ['Source SUCCEEDED', 'Pipeline SUPERSEDED'],
    },
    {
      name: 'is cancelled while it waits',
      was: before,
      is: { ...before, status: 'Cancelled' },
      leads: ['Pipeline CANCELED'],
    },
    {
      name: 'leaves a stage that was skipped',
      was: {},
      is: { ...build, left: { stage: 'Source', status: 'Skipped' } },
      leads: ['Build STARTED'],
    },
    {
      name: 'leaves the stage after one that was skipped',
      was: { ...build, left: { stage: 'Source', status: 'Skipped' } },
      is: { stage: 'Ship', left: { stage: 'Source', status: 'Skipped' } },
      leads: ['Build SUCCEEDED', 'Ship STARTED'],
    },
    {
      name: 'has succeeded as its last stage was skipped',
      was: {},
      is: { status: 'Succeeded', left: { stage: 'Source', status: 'Skipped' } },
      leads: ['Pipeline SUCCEEDED'],
    },
    {
      name: 'has failed as its stage, which has succeeded, is rolled back',
      was: {},
      is: { status: 'Failed', left: { stage: 'Source', status: 'Succeeded' } },
      leads: ['Source SUCCEEDED', 'Pipeline FAILED'],
    },
    {
      name: 'goes on as a condition was overridden',
      was: { status: 'Failed', condition: 'beforeEntry' },
      is: { condition: 'beforeEntry' },
      leads: ['Pipeline RESUMED', 'Source RESUMED'],
    },
    { name: 'is over and written again', was: { status: 'Failed' }, is: { status: 'Failed', spent: 9 }, leads: [] },
  ];
  test.each(rows)('that $name tells: $leads', ({ was, is, leads }) => {
    const changes = runChanges(was && aRun(was), aRun(is));

    expect(told(changes)).toEqual(leads);
  });
});

describe('an action', () => {
  const rows: [was: ActionStatus | undefined, is: ActionStatus, leads: string[]][] = [
    [undefined, 'Pending', []],
    [undefined, 'Starting', ['STARTED']],
    ['Pending', 'Pending', []],
    ['Pending', 'Starting', ['STARTED']],
    ['Pending', 'Succeeded', ['STARTED', 'SUCCEEDED']],
    ['Starting', 'Abandoned', ['ABANDONED']],
    ['Starting', 'Running', []],
    ['Running', 'Running', []],
    ['Running', 'Succeeded', ['SUCCEEDED']],
    ['Running', 'Failed', ['FAILED']],
    ['Running', 'TimedOut', ['FAILED']],
    ['Starting', 'StartOutcomeUnknown', ['FAILED']],
    ['Running', 'Abandoned', ['ABANDONED']],
    ['Succeeded', 'Succeeded', []],
  ];
  test.each(rows)('that was %s and is %s tells: %j', (was, is, leads) => {
    const changes = actionChanges(was && anAction({ status: was }), anAction({ status: is }));

    expect(changes).toEqual(leads.map((state) => ({ level: 'Action', state })));
  });

  test.each(rows)('that is a rule tells nothing when it was %s and is %s', (was, is) => {
    const rule = { condition: 'onSuccess' } as const;

    expect(actionChanges(was && anAction({ ...rule, status: was }), anAction({ ...rule, status: is }))).toEqual([]);
  });

  test.each(['Pending', 'Running'] as const)(
    'that was abandoned before it began tells nothing, also to who takes it for %s',
    (status) => {
      const pending = anAction({ status: 'Pending' });

      const changes = actionChanges({ ...pending, status }, abandon(pending, 2000) ?? pending);

      expect(changes).toEqual([]);
    },
  );
});
