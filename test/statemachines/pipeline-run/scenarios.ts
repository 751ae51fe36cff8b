import type { Deed, Scenario, Seen } from './play.ts';

const year = 365 * 24 * 3600;
const week = 7 * 24 * 3600;
/** When something is tried again and again: retries that begin after a second and wait twice, or three times, as long each time; a minute at most. */
const byTwo = [0, 0.5, 1.5, 3.5, 7.5, 15.5, 31.5, 61.5, 91.5, 121.5, 151.5];
const byThree = [0, 0.5, 2, 6.5, 20, 50];
/** What actions answer: nobody is to hand it on. */
const done = { needless: 'answer' };
const never = { fails: 'RangeError', message: 'never' };
const why = '{"errorType":"RangeError","message":"never"}';
const long = { fails: 'RangeError', message: 'x'.repeat(3000) };
const longWhy = `{"errorType":"RangeError","message":"${'x'.repeat(3000)}`.slice(0, 2000);

const run = (id: string, group = 'git') => ({ answers: { next: 'Run', id, class: group, timeoutSeconds: 60 } });
const close = { answers: { next: 'Close' } };

function runAll(ids: readonly string[], more: object = {}): Deed {
  const actions = ids.map((id) => ({ id, class: 'git', timeoutSeconds: week }));
  return { answers: { next: 'RunAll', actions, ...more } };
}

const begins = (at = 0, name = 'one'): Seen => [at, `${name} begins`, { run: 'p/r' }];
const ends = (at: number, output: object = { next: 'Close' }, name = 'one'): Seen => [
  at,
  `${name} ends`,
  { status: 'SUCCEEDED', output },
];

/** Decide is asked: the how-manieth time in its execution, and how often that was tried before. */
const decides = (at: number, entry: number, invocation = 0, execution = 'one'): Seen => [
  at,
  'DecideFunction',
  { run: 'p/r', execution, entry, invocation, token: 'string' },
];

/** An action's function is called. */
const acts = (at: number, id: string, entry: number, invocation = 0, name = 'GitFunction'): Seen => [
  at,
  name,
  { id, execution: 'one', entry, invocation, token: 'string' },
];

const settles = (at: number, id: string, error = 'RangeError', cause = why): Seen => [
  at,
  'SettleActionFunction',
  { id, error, cause },
];

const closes = (at: number, error = 'RangeError', cause = why): Seen => [
  at,
  'CloseRunFunction',
  { run: 'p/r', execution: 'one', error, cause },
];

/** Decide fails each time: the run is to be closed after a minute and a half. */
const decidesInVain = byTwo.slice(0, 9).map((at, tries) => decides(at, 1, tries));

/** What the machine of a pipeline run does, whatever its functions do. */
export const scenarios: readonly Scenario[] = [
  {
    name: 'ends when Decide says that the run is closed',
    functions: { DecideFunction: [close] },
    seen: [begins(), decides(0, 1), ends(0)],
  },
  {
    name: 'asks Decide again, by the next number, when Decide says so',
    functions: { DecideFunction: [{ answers: { next: 'Decide' } }, { answers: { next: 'Decide' } }, close] },
    seen: [begins(), decides(0, 1), decides(0, 2), decides(0, 3), ends(0)],
  },
  {
    name: 'has each class of action carried out by its function, and asks Decide after each',
    functions: {
      DecideFunction: [
        ...[run('a'), run('b', 's3'), run('c', 'build'), run('d', 'approval'), run('e', 'job'), run('f', 'rule')],
        close,
      ],
      GitFunction: [{ answers: done, after: 5 }],
      S3Function: [{ answers: done, after: 5 }],
      BuildFunction: [{ answers: done, after: 5 }],
      ApprovalFunction: [{ answers: done, after: 5 }],
      RuleFunction: [{ answers: done, after: 5 }],
    },
    seen: [
      begins(),
      decides(0, 1),
      acts(0, 'a', 2),
      decides(5, 2),
      acts(5, 'b', 3, 0, 'S3Function'),
      decides(10, 3),
      acts(10, 'c', 4, 0, 'BuildFunction'),
      decides(15, 4),
      acts(15, 'd', 5, 0, 'ApprovalFunction'),
      decides(20, 5),
      acts(20, 'e', 6, 0, 'ApprovalFunction'),
      decides(25, 6),
      acts(25, 'f', 7, 0, 'RuleFunction'),
      decides(30, 7),
      ends(30),
    ],
  },
  {
    name: 'has several actions carried out at once, and asks Decide when the last is done',
    functions: {
      DecideFunction: [runAll(['a', 'b', 'c']), close],
      GitFunction: [20, 30, 10].map((after) => ({ answers: done, after })),
    },
    seen: [begins(), decides(0, 1), acts(0, 'a', 2), acts(0, 'b', 2), acts(0, 'c', 2), decides(30, 2), ends(30)],
  },
  {
    name: 'has so many actions carried out at once as Decide says',
    functions: {
      DecideFunction: [runAll(['a', 'b', 'c'], { atOnce: 2 }), close],
      GitFunction: [20, 30, 10].map((after) => ({ answers: done, after })),
    },
    seen: [begins(), decides(0, 1), acts(0, 'a', 2), acts(0, 'b', 2), acts(20, 'c', 2), decides(30, 2), ends(30)],
  },
  {
    name: 'waits nearly a year before a stage',
    functions: { DecideFunction: [{ ...close, after: year - 1 }] },
    seen: [begins(), decides(0, 1), ends(year - 1)],
  },
  {
    name: 'is ended by Step Functions after a year',
    functions: { DecideFunction: ['waits'] },
    seen: [begins(), decides(0, 1), [year, 'one ends', { status: 'TIMED_OUT', output: null }]],
  },
  {
    name: 'closes the run when Decide fails again and again',
    functions: { DecideFunction: [never], CloseRunFunction: ['ends'] },
    seen: [begins(), ...decidesInVain, closes(91.5), ends(91.5, {})],
  },
  {
    name: 'goes on when Decide fails but once, and counts it as no other question',
    functions: { DecideFunction: [never, { answers: { next: 'Decide' } }, never, close] },
    seen: [begins(), decides(0, 1), decides(0.5, 1, 1), decides(0.5, 2), decides(1, 2, 1), ends(1)],
  },
  {
    name: 'tells the first 2000 characters of why Decide failed',
    functions: { DecideFunction: [long], CloseRunFunction: ['ends'] },
    seen: [begins(), ...decidesInVain, closes(91.5, 'RangeError', longWhy), ends(91.5, {})],
  },
  {
    name: 'tries an action again that failed, and then asks Decide',
    functions: {
      DecideFunction: [run('a'), close],
      GitFunction: [never, { fails: 'TooManyRequestsException' }, { answers: done }],
    },
    seen: [begins(), decides(0, 1), acts(0, 'a', 2), acts(0.5, 'a', 2, 1), acts(2, 'a', 2, 2), decides(2, 2), ends(2)],
  },
  {
    name: 'settles an action that fails again and again',
    functions: { DecideFunction: [run('a'), close], GitFunction: [never], SettleActionFunction: ['ends'] },
    seen: [
      begins(),
      decides(0, 1),
      ...byThree.map((at, tries) => acts(at, 'a', 2, tries)),
      settles(50, 'a'),
      decides(50, 2),
      ends(50),
    ],
  },
  {
    name: 'tells the first 2000 characters of why an action failed',
    functions: { DecideFunction: [run('a'), close], GitFunction: [long], SettleActionFunction: ['ends'] },
    seen: [
      begins(),
      decides(0, 1),
      ...byThree.map((at, tries) => acts(at, 'a', 2, tries)),
      settles(50, 'a', 'RangeError', longWhy),
      decides(50, 2),
      ends(50),
    ],
  },
  {
    name: 'settles an action whose time is over, and does not try it again',
    functions: { DecideFunction: [run('a'), close], GitFunction: ['waits'], SettleActionFunction: ['ends'] },
    seen: [begins(), decides(0, 1), acts(0, 'a', 2), settles(60, 'a', 'States.Timeout', ''), decides(60, 2), ends(60)],
  },
  {
    name: 'closes the run when an action cannot be settled',
    functions: {
      DecideFunction: [run('a')],
      GitFunction: ['waits'],
      SettleActionFunction: [never],
      CloseRunFunction: ['ends'],
    },
    seen: [
      begins(),
      decides(0, 1),
      acts(0, 'a', 2),
      ...byTwo.map((at) => settles(60 + at, 'a', 'States.Timeout', '')),
      closes(211.5),
      ends(211.5, {}),
    ],
  },
  {
    name: 'settles one of several actions, and its siblings finish',
    functions: {
      DecideFunction: [runAll(['a', 'b', 'c']), close],
      GitFunction: [{ answers: done, after: 5 }, 'waits', { answers: done, after: 20 }],
      SettleActionFunction: ['ends'],
    },
    seen: [
      begins(),
      decides(0, 1),
      acts(0, 'a', 2),
      acts(0, 'b', 2),
      acts(0, 'c', 2),
      settles(week, 'b', 'States.Timeout', ''),
      decides(week, 2),
      ends(week),
    ],
  },
  {
    name: 'tries one of several actions again that fails, and then settles it',
    functions: {
      DecideFunction: [runAll(['a']), close],
      GitFunction: [never],
      SettleActionFunction: [{ fails: 'TooManyRequestsException' }, 'ends'],
    },
    seen: [
      begins(),
      decides(0, 1),
      ...byThree.map((at, tries) => acts(at, 'a', 2, tries)),
      settles(50, 'a'),
      settles(50.5, 'a'),
      decides(50.5, 2),
      ends(50.5),
    ],
  },
  {
    name: 'tells the first 2000 characters of why one of several actions failed',
    functions: { DecideFunction: [runAll(['a']), close], GitFunction: [long], SettleActionFunction: ['ends'] },
    seen: [
      begins(),
      decides(0, 1),
      ...byThree.map((at, tries) => acts(at, 'a', 2, tries)),
      settles(50, 'a', 'RangeError', longWhy),
      decides(50, 2),
      ends(50),
    ],
  },
  {
    name: 'closes the run when one of several actions cannot be settled',
    functions: {
      DecideFunction: [runAll(['a', 'b'])],
      GitFunction: ['waits', { answers: done }],
      SettleActionFunction: [never],
      CloseRunFunction: ['ends'],
    },
    seen: [
      begins(),
      decides(0, 1),
      acts(0, 'a', 2),
      acts(0, 'b', 2),
      ...byTwo.map((at) => settles(week + at, 'a', 'States.Timeout', '')),
      closes(week + 151.5),
      ends(week + 151.5, {}),
    ],
  },
  {
    name: 'tries again to close a run',
    functions: { DecideFunction: [never], CloseRunFunction: [never, { fails: 'TooManyRequestsException' }, 'ends'] },
    seen: [begins(), ...decidesInVain, ...[0, 0.5, 1.5].map((at) => closes(91.5 + at)), ends(93, {})],
  },
  {
    name: 'fails when the run cannot be closed, so that its end is noticed',
    functions: { DecideFunction: [never], CloseRunFunction: [never] },
    seen: [
      begins(),
      ...decidesInVain,
      ...byTwo.map((at) => closes(91.5 + at)),
      [91.5 + 151.5, 'one ends', { status: 'FAILED', output: null }],
    ],
  },
  {
    name: 'goes on in the execution that Decide names when the history is nearly full',
    functions: { DecideFunction: [{ answers: { next: 'Continue', name: 'two' } }, { ...close, after: 5 }] },
    seen: [
      begins(),
      decides(0, 1),
      begins(0, 'two'),
      ends(0, {}),
      decides(0, 1, 0, 'two'),
      ends(5, { next: 'Close' }, 'two'),
    ],
  },
  {
    name: 'ends, after some tries, when the next execution cannot be started: the sweeper starts it',
    functions: { DecideFunction: [{ answers: { next: 'Continue', name: 'two' } }] },
    taken: ['two'],
    seen: [begins(), decides(0, 1), ends(15.5, {})],
  },
];
