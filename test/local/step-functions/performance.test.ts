import { expect, it } from 'vitest';
import { definitionOf, waitingTask } from './asl.ts';
import { serve } from './serving.ts';

it('runs 1,000 tasks one after the other, the last as fast as the first', async () => {
  const times: number[] = [];
  const stack = await serve({
    work: ({ token }) => {
      times.push(performance.now());
      return stack.succeed(token);
    },
  });
  const Work = waitingTask({}, { Assign: { n: '{% $n + 1 %}' }, Next: 'More?' });
  const states = {
    Begin: { Type: 'Pass', Assign: { n: 0 }, Next: 'Work' },
    Work,
    'More?': { Type: 'Choice', Choices: [{ Condition: '{% $n < 1000 %}', Next: 'Work' }], Default: 'End' },
    End: { Type: 'Succeed' },
  };

  const arn = await stack.run(await stack.machine(definitionOf(states)));

  const { status } = await stack.ended(arn);
  const took = (from: number, to: number) => (times[to] ?? 0) - (times[from] ?? 0);
  expect([status, times.length]).toEqual(['SUCCEEDED', 1000]);
  expect(took(800, 999)).toBeLessThan(5 * took(100, 299) + 1000);
  await stack.close();
});

it('runs 200 executions at once', async () => {
  const stack = await serve({ work: ({ token }) => stack.succeed(token) });
  const machine = await stack.machine(
    definitionOf({ A: waitingTask({}, { Next: 'B' }), B: waitingTask({}, { Next: 'C' }), C: waitingTask() }),
  );

  const started = await Promise.all(Array.from({ length: 200 }, () => stack.run(machine)));

  for (const arn of started) expect((await stack.ended(arn)).status).toBe('SUCCEEDED');
  await stack.close();
});
