import { definitionOf, tokenTask } from './asl.ts';

/** What a process that is killed has done. */
export type Note =
  | { readonly type: 'invoked' | 'answered'; readonly token: string; readonly key: string }
  | { readonly type: 'started'; readonly execution: string }
  | { readonly type: 'told'; readonly execution: string; readonly status: string };

export const runs = ['r0', 'r1', 'r2'];
export const rounds = 12;

const key = "$states.context.Execution.Name & ':' & $n & ':' & $states.context.State.Name";
const task = (which: string, more: object) => ({
  Type: 'Task',
  Resource: tokenTask,
  Arguments: {
    FunctionName: 'work',
    Payload: {
      token: '{% $states.context.Task.Token %}',
      key: `{% ${key} & ${which} & ':' & $string($states.context.State.RetryCount) %}`,
    },
  },
  Retry: [
    { ErrorEquals: ['Lambda.Unknown'], IntervalSeconds: 1, BackoffRate: 1, MaxAttempts: 50, JitterStrategy: 'FULL' },
  ],
  ...more,
});

/** Rounds of one task, then three at once; each answer must be the key that its function was given. */
export const crashMachine = definitionOf({
  Begin: { Type: 'Pass', Assign: { n: 0, answers: [] }, Next: 'One' },
  One: task("''", { Assign: { answers: '{% $append($answers, $states.result) %}' }, Next: 'Three' }),
  Three: {
    Type: 'Map',
    Items: [1, 2, 3],
    ItemProcessor: { StartAt: 'Each', States: { Each: task('$string($states.input)', { End: true }) } },
    Assign: { answers: '{% $append($answers, $states.result) %}', n: '{% $n + 1 %}' },
    Next: 'More?',
  },
  'More?': { Type: 'Choice', Choices: [{ Condition: `{% $n < ${rounds} %}`, Next: 'One' }], Default: 'Done' },
  Done: { Type: 'Succeed', Output: '{% $answers %}' },
});
