import fc from 'fast-check';
import { expect, it } from 'vitest';
import { definitionOf, plainTask, waitingTask } from './asl.ts';
import { serve, typesOf } from './serving.ts';

type Plan = 'pass' | 'fail' | 'plain' | 'token' | 'retry' | readonly ['map' | 'parallel', readonly Plan[]];

const { plan } = fc.letrec<{ plan: Plan }>((tie) => ({
  plan: fc.oneof(
    { maxDepth: 2 },
    fc.constantFrom<Plan>('pass', 'fail', 'plain', 'token', 'retry'),
    fc.tuple(
      fc.constantFrom('map' as const, 'parallel' as const),
      fc.array(tie('plan'), { minLength: 1, maxLength: 3 }),
    ),
  ),
}));

/** A machine that does what is planned, one after the other; whatever fails is caught. */
function statesOf(plans: readonly Plan[], path: string): Record<string, object> {
  const states = plans.map((each, index): [string, object] => {
    const name = `${path}${index}`;
    const next = index === plans.length - 1 ? { End: true } : { Next: `${path}${index + 1}` };
    const caught = { Catch: [{ ErrorEquals: ['States.ALL'], Next: `${path}end` }] };
    return [name, stateOf(each, name, next, caught)];
  });
  return Object.fromEntries([...states, [`${path}end`, { Type: 'Pass', End: true }]]);
}

function stateOf(each: Plan, name: string, next: object, caught: object): object {
  const plain = { Type: 'Task', Resource: plainTask, ...next, ...caught };
  if (each === 'pass') return { Type: 'Pass', Assign: { v: name }, ...next };
  if (each === 'fail') return { ...plain, Arguments: { FunctionName: 'fail' } };
  if (each === 'plain') return { ...plain, Arguments: { FunctionName: 'plain' } };
  if (each === 'token') return waitingTask({}, { ...next, ...caught });
  if (each === 'retry')
    return { ...plain, Arguments: { FunctionName: 'fail' }, Retry: [{ ErrorEquals: ['Error'], MaxAttempts: 2 }] };
  const [type, inner] = each;
  const branches = inner.map((plan, index) => ({
    StartAt: `${name}-${index}-0`,
    States: statesOf([plan], `${name}-${index}-`),
  }));
  if (type === 'parallel') return { Type: 'Parallel', Branches: branches, ...next, ...caught };
  return { Type: 'Map', Items: [1, 2], ItemProcessor: branches[0], ...next, ...caught };
}

it('a history is gapless, and as long as was counted, whatever a machine does and whenever it is restarted', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(plan, { minLength: 1, maxLength: 4 }),
      fc.array(fc.nat(5), { maxLength: 3 }),
      async (plans, stops) => {
        const stack = await serve({
          plain: () => 1,
          fail: () => {
            throw new Error('planned');
          },
          // A restart may come between the function and its answer: who holds the token tries again.
          work: ({ token }) => void answer(token),
        });
        const answer = (token: unknown): Promise<unknown> =>
          stack.succeed(token, 2).catch((error: Error) => {
            if (error.name !== 'TaskTimedOut') setTimeout(() => void answer(token), 5);
          });
        const arn = await stack.run(await stack.machine(definitionOf(statesOf(plans, 's'))));
        for (const milliseconds of stops) {
          await new Promise((resolve) => setTimeout(resolve, milliseconds));
          await stack.restart();
        }

        const { status } = await stack.ended(arn, 1000);
        const history = await stack.history(arn);

        const types = typesOf(history);
        const failed = types.filter((type) => type === 'TaskFailed').length;
        expect(status).toBe('SUCCEEDED');
        expect(history.map(({ id }) => id)).toEqual(history.map((_, index) => index + 1));
        expect(history.every(({ id = 0, previousEventId = 0 }) => previousEventId < id)).toBe(true);
        const { events, transitions = 0 } = stack.now.service.spent(arn) ?? {};
        expect(events).toBe(history.length);
        const entered = types.filter((type) => type?.endsWith('StateEntered')).length;
        expect(transitions).toBeGreaterThanOrEqual(entered);
        expect(transitions).toBeLessThanOrEqual(entered + failed);
        await stack.close();
      },
    ),
    { numRuns: 40 },
  );
}, 120_000);
