import { definitionOf, plainTask, waitingTask } from './asl.ts';

const key = "$states.context.State.Name & '/' & $states.context.State.RetryCount";
const Retry = [{ ErrorEquals: ['Lambda.Unknown'], IntervalSeconds: 1, MaxAttempts: 9 }];
const asks = (which: string, more: object = { End: true }) =>
  waitingTask({ key: `{% ${key} & '/' & ${which} %}` }, { Retry, ...more });
const caught = (Next: string) => ({ Catch: [{ ErrorEquals: ['States.ALL'], Next, Output: 'caught' }] });
const failing = { Type: 'Task', Resource: plainTask, Arguments: { FunctionName: 'fail' } };

/** A machine with a state of every type, whose items and branches are answered, end and fail in all ways. */
export const interruptedMachine = definitionOf({
  Begin: { Type: 'Pass', Assign: { all: [] }, Next: 'First' },
  First: asks("'-'", { Assign: { all: '{% [$states.result] %}' }, Next: 'Each' }),
  Each: {
    Type: 'Map',
    Items: [1, 2, 3],
    MaxConcurrency: 2,
    ItemSelector: { n: '{% $states.context.Map.Item.Value %}' },
    ItemProcessor: { StartAt: 'Item', States: { Item: asks('$string($states.input.n)') } },
    Assign: { all: '{% $append($all, $states.result) %}' },
    Next: 'Both',
  },
  Both: {
    Type: 'Parallel',
    Branches: [
      { StartAt: 'Left', States: { Left: asks("'l'") } },
      {
        StartAt: 'Inner',
        States: {
          Inner: {
            Type: 'Map',
            Items: ['x'],
            ItemProcessor: { StartAt: 'Bad', States: { Bad: { ...failing, Retry, End: true } } },
            ...caught('After inner'),
            End: true,
          },
          'After inner': { Type: 'Wait', Seconds: 1, End: true },
        },
      },
    ],
    Assign: { all: '{% $append($all, $states.result) %}' },
    Next: 'Fails',
  },
  Fails: {
    Type: 'Parallel',
    Branches: [
      { StartAt: 'Never', States: { Never: { Type: 'Wait', Seconds: 86_400, End: true } } },
      { StartAt: 'Fail', States: { Fail: { Type: 'Fail', Error: 'E', Cause: 'C' } } },
    ],
    ...caught('Enough?'),
    Next: 'Enough?',
  },
  'Enough?': { Type: 'Choice', Choices: [{ Condition: '{% $count($all) = 6 %}', Next: 'Done' }], Default: 'First' },
  Done: { Type: 'Succeed', Output: '{% $all %}' },
});

/** What the answers are, but for the number of the try. */
export const expectedAnswers = ['First/-', 'Item/1', 'Item/2', 'Item/3', 'Left/l', 'caught'];
