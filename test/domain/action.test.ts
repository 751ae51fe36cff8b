import { describe, expect, test } from 'vitest';
import {
  type ActionExecution,
  type ActionStatus,
  abandon,
  actionKey,
  begin,
  canBeAsked,
  complete,
  conditionOf,
  isActionKey,
  isDone,
  isLeftBehind,
  isManualApproval,
  openAction,
  type Result,
  running,
  runOf,
  type Started,
  settle,
  timedOut,
} from '../../functions/domain/action.ts';
import { aDefinition, anAction, aRun, aToken, pipelineId, runId } from './given.ts';

const open: readonly ActionStatus[] = ['Pending', 'Starting', 'Running'];
const done: readonly ActionStatus[] = ['Succeeded', 'Failed', 'TimedOut', 'Abandoned', 'StartOutcomeUnknown'];
const succeeded: Result = { status: 'Succeeded', outputs: [], outputVariables: { a: 'b' } };

test.each(open)('%s is not a result', (status) => {
  expect(isDone(status)).toBe(false);
});

test.each(done)('%s is a result', (status) => {
  expect(isDone(status)).toBe(true);
});

describe('the key of an attempt', () => {
  test('sorts by stage, attempt, run order and place', () => {
    const keys = [
      { stage: 2, attempt: 0, step: 1, index: 0 },
      { stage: 10, attempt: 0, step: 1, index: 0 },
      { stage: 10, attempt: 2, step: 1, index: 0 },
      { stage: 10, attempt: 10, step: 9, index: 0 },
      { stage: 10, attempt: 10, step: 100, index: 3 },
      { stage: 10, attempt: 10, step: 100, index: 12 },
    ].map((place) => actionKey({ pipelineId, id: runId }, place));

    expect(keys[0]).toBe(`${pipelineId}/${runId}/02.000.001.00`);
    expect(keys.toSorted()).toEqual(keys);
    expect(keys.every(isActionKey)).toBe(true);
  });

  test.each(['beforeEntry', 'onSuccess', 'onFailure'] as const)('of a rule names its condition %s', (condition) => {
    const key = actionKey({ pipelineId, id: runId }, { stage: 1, attempt: 0, step: condition, index: 4 });

    expect(isActionKey(key)).toBe(true);
    expect(conditionOf(key)).toBe(condition);
  });

  test.each([`${pipelineId}/${runId}/01.000.001.00`, '', 'a.b.c', 'x/y/01.000.onSuccess.00'])(
    'of an action names none: %s',
    (key) => {
      expect(conditionOf(key)).toBeUndefined();
    },
  );

  test('names its run', () => {
    const of = runOf(actionKey({ pipelineId, id: runId }, { stage: 1, attempt: 0, step: 1, index: 0 }));

    expect(of).toEqual({ pipelineId, run: runId });
  });

  test.each([
    undefined,
    7,
    '',
    [`${pipelineId}/${runId}/01.000.001.00`],
    runId,
    `${pipelineId}/${runId}/1.0.1.0`,
    `${pipelineId}/${runId}/01.000.001.00\n`,
    `x${pipelineId}/${runId}/01.000.001.00`,
    `../../../../../../../../../../../../..AA/${runId}/01.000.001.00`,
  ])('is not %j', (text) => {
    expect(isActionKey(text)).toBe(false);
  });

  test('names no run when it is none', () => {
    expect(runOf('')).toEqual({ pipelineId: '', run: '' });
    expect(runOf('a')).toEqual({ pipelineId: 'a', run: '' });
  });
});

test('an action that is opened waits to begin, under the key of its attempt', () => {
  const [ship] = aDefinition({ Ship: [1, 3] }).stages;
  const declaration = ship?.actions[1];
  if (!declaration) throw new Error('The definition has two actions.');

  const action = openAction(
    aRun({ stage: 'Ship', attempt: 2, version: 4 }),
    { declaration, index: 1 },
    { stage: 1, step: 3 },
    { id: 'an-id', timeoutInMinutes: 10, now: 5000 },
  );

  expect(action).toEqual({
    key: `${pipelineId}/${runId}/01.002.003.01`,
    id: 'an-id',
    pipelineName: 'web',
    stage: 'Ship',
    action: 'A2',
    type: declaration.actionTypeId,
    version: 4,
    status: 'Pending',
    deadline: 605_000,
    startTime: 5000,
    lastUpdateTime: 5000,
  });
});

describe('an invocation of the task', () => {
  test.each([
    {
      status: 'Pending',
      todo: 'Start',
      after: { status: 'Starting', startTime: 9000, deadline: 609_000, lastUpdateTime: 9000 },
    },
    { status: 'Starting', todo: 'StartAgain', after: {} },
    { status: 'Running', todo: 'Wait', after: {} },
    ...done.map((status) => ({ status, todo: 'Send', after: {} })),
  ] as const)('finds the action $status and is to: $todo', ({ status, todo, after }) => {
    const action = anAction({ status });
    const token = aToken(3);

    const begun = begin(action, token, 9000);

    expect(begun).toEqual({ todo, action: { ...action, token, ...after } });
  });

  test.each([
    { name: 'an older entry', token: aToken(2) },
    { name: 'an older invocation of the entry', token: aToken(3, 0) },
  ])('of $name does nothing, whatever the status', ({ token }) => {
    const held = aToken(3, 1);

    const begun = [...open, ...done].map((status) => begin(anAction({ status, token: held }), token, 9000));

    expect(new Set(begun.map(({ todo }) => todo))).toEqual(new Set(['Nothing']));
  });

  test('that comes again waits again', () => {
    const begun = begin(anAction({ token: aToken(3) }), aToken(3), 9000);

    expect(begun.todo).toBe('Wait');
  });
});

describe('the provider takes the work', () => {
  test.each(['Starting', 'Running'] as const)('of an action that is %s', (status) => {
    const action = anAction({ status, cursor: 'old', eventCame: true, externalId: 'x' });

    const after = running(action, { url: 'https://builds.example/1' }, 9000);

    const { cursor: _, eventCame: __, ...kept } = action;
    expect(after).toEqual({ ...kept, status: 'Running', url: 'https://builds.example/1', lastUpdateTime: 9000 });
  });

  test('and says where the work goes on', () => {
    const after = running(anAction({ cursor: 'old' }), { cursor: 'new' }, 9000);

    expect(after?.cursor).toBe('new');
  });

  const told: Required<Omit<Started, 'inputs' | 'resolvedConfiguration'>> = {
    externalId: 'x',
    url: 'https://builds.example/1',
    summary: 'Building.',
    logStreamArn: 'arn:aws:logs:eu-west-1:111122223333:log-group:builds:log-stream:1',
    cursor: 'c',
    lookAt: 8000,
    percentComplete: 40,
    job: 'a-job',
  };

  test('and says nothing new of an action that is running', () => {
    expect(running(anAction(told), told, 9000)).toBeUndefined();
    expect(running(anAction(), {}, 9000)).toBeUndefined();
  });

  test.each<Partial<Started>>([
    { externalId: 'y' },
    { url: 'https://builds.example/2' },
    { summary: 'Testing.' },
    { logStreamArn: 'arn:aws:logs:eu-west-1:111122223333:log-group:builds:log-stream:2' },
    { cursor: 'd' },
    { lookAt: 8001 },
    { percentComplete: 41 },
    { job: 'another-job' },
  ])('and says %o anew of an action that is running', (news) => {
    const after = running(anAction(told), { ...told, ...news }, 9000);

    expect(after).toEqual({ ...anAction(told), ...news, lastUpdateTime: 9000 });
  });

  test.each<{ name: string; more: Partial<ActionExecution> }>([
    { name: 'that is starting', more: { status: 'Starting' } },
    { name: 'of which an event came', more: { eventCame: true } },
  ])('and is heard with what was known of an action $name', ({ more }) => {
    const after = running(anAction({ ...told, ...more }), told, 9000);

    expect(after).toEqual({ ...anAction(told), lastUpdateTime: 9000 });
  });

  test.each(['Pending', ...done] as const)('of no action that is %s', (status) => {
    const after = running(anAction({ status }), {}, 9000);

    expect(after).toBeUndefined();
  });
});

test.each<{ can: boolean; known: Partial<ActionExecution> }>([
  { can: false, known: {} },
  { can: true, known: { externalId: 'x' } },
  { can: true, known: { cursor: 'c' } },
  { can: false, known: { job: 'a-job' } },
  { can: false, known: { job: 'a-job', externalId: 'x' } },
  { can: true, known: { job: 'a-job', cursor: 'c' } },
])('that somebody can be asked about an action with $known is $can', ({ can, known }) => {
  expect(canBeAsked(anAction(known))).toBe(can);
});

test.each([
  { category: 'Approval', owner: 'AWS', is: true },
  { category: 'Approval', owner: 'Custom', is: false },
  { category: 'Invoke', owner: 'AWS', is: false },
] as const)('that an action of $category/$owner is a manual approval is $is', ({ category, owner, is }) => {
  expect(isManualApproval({ type: { category, owner, provider: 'Manual', version: '1' } })).toBe(is);
});

describe('the work of an action that is over', () => {
  const unavailable = { code: 'SystemUnavailable', message: 'It cannot be told.' } as const;
  test.each<{ more: Partial<ActionExecution>; goesOn: boolean }>([
    { more: { status: 'Abandoned' }, goesOn: true },
    { more: { status: 'TimedOut', failure: { code: 'JobFailed', message: 'Too late.' } }, goesOn: true },
    { more: { status: 'Failed', failure: unavailable }, goesOn: true },
    { more: { status: 'StartOutcomeUnknown', failure: unavailable }, goesOn: true },
    { more: { status: 'Failed', failure: { code: 'JobFailed', message: 'It failed.' } }, goesOn: false },
    { more: { status: 'Succeeded' }, goesOn: false },
    { more: { status: 'Running' }, goesOn: false },
  ])('is left behind when it has an id: $goesOn, of $more', ({ more, goesOn }) => {
    expect(isLeftBehind(anAction({ ...more, externalId: 'x' }))).toBe(goesOn);
    expect(isLeftBehind(anAction(more))).toBe(false);
    expect(isLeftBehind(anAction({ ...more, externalId: 'x', job: 'a-job' }))).toBe(false);
  });
});

describe('a result', () => {
  test.each(open)('is recorded of an action that is %s', (status) => {
    const action = anAction({ status, cursor: 'c', eventCame: true, url: 'https://builds.example/1' });

    const after = complete(action, succeeded, 9000);

    const { cursor: _, eventCame: __, ...kept } = action;
    expect(after).toEqual({ ...kept, ...succeeded, lastUpdateTime: 9000 });
  });

  test.each(done)('never replaces %s', (status) => {
    const after = complete(anAction({ status }), succeeded, 9000);

    expect(after).toBeUndefined();
  });
});

describe('a run that is closed', () => {
  test.each(open)('abandons an action that is %s', (status) => {
    const action = anAction({ status, token: aToken() });

    const after = abandon(action, 9000);

    const begun = status === 'Pending' ? { notBegun: true } : {};
    expect(after).toEqual({ ...action, ...begun, status: 'Abandoned', lastUpdateTime: 9000 });
  });

  test.each(done)('leaves %s as it is', (status) => {
    const after = abandon(anAction({ status }), 9000);

    expect(after).toBeUndefined();
  });
});

describe('a task that the machine gave up', () => {
  const error = { name: 'Lambda.Unknown', cause: 'out of memory' };
  const code = 'SystemUnavailable';
  test.each([
    {
      name: 'while starting',
      action: anAction({ status: 'Starting' }),
      now: 9000,
      leads: {
        status: 'StartOutcomeUnknown',
        failure: {
          code,
          message: 'Start outcome unknown: the action may or may not have been started (Lambda.Unknown).',
        },
      },
    },
    {
      name: 'while starting, after the deadline',
      action: anAction({ status: 'Starting' }),
      now: 700_000,
      leads: { status: 'StartOutcomeUnknown' },
    },
    {
      name: 'while running',
      action: anAction(),
      now: 600_999,
      leads: {
        status: 'Failed',
        failure: { code, message: 'The action could not be carried on: Lambda.Unknown: out of memory' },
      },
    },
    {
      name: 'while running, at the deadline',
      action: anAction(),
      now: 601_000,
      leads: { status: 'TimedOut', failure: { code: 'JobFailed', message: 'Action timed out after 10 minutes' } },
    },
    { name: 'before it began', action: anAction({ status: 'Pending' }), now: 700_000, leads: { status: 'Failed' } },
  ])('$name is $leads.status', ({ action, now, leads }) => {
    const result = settle(action, error, now);

    expect(result).toMatchObject(leads);
  });

  test('without a cause is told by its name', () => {
    const result = settle(anAction(), { name: 'States.Timeout', cause: '' }, 9000);

    expect(result).toMatchObject({ failure: { message: 'The action could not be carried on: States.Timeout' } });
  });

  test('with a long cause keeps 5000 characters', () => {
    const result = settle(anAction(), { name: 'E', cause: 'x'.repeat(9000) }, 9000);

    expect(result.status !== 'Succeeded' && result.failure.message.length).toBe(5000);
  });
});

test('a time-out tells the minutes that the action had', () => {
  const result = timedOut(anAction({ startTime: 600_000, deadline: 10_090 * 60_000 }));

  expect(result).toEqual({
    status: 'TimedOut',
    failure: { code: 'JobFailed', message: 'Action timed out after 10080 minutes' },
  });
});
