import { readFileSync } from 'node:fs';
import { afterEach, describe, expect, it } from 'vitest';
import { type FakeFunction, type Served, serve, until } from './serving.ts';

const asl = readFileSync(new URL('../../../statemachines/pipeline-run.asl.json', import.meta.url), 'utf8')
  .replace(/\$\{Partition\}/g, 'aws')
  .replace(/\$\{([A-Za-z0-9]+)\}/g, 'arn:aws:lambda:us-east-1:000000000000:function:$1');
const week = 7 * 24 * 3600;

let stack: Served;
afterEach(() => stack.close());

async function start(functions: Readonly<Record<string, FakeFunction>>): Promise<string> {
  stack = await serve(functions);
  return stack.run(await stack.machine(asl), { run: 'p/r' }, 'one');
}

describe('the machine of a pipeline run', () => {
  it('decides, runs one action, decides again and closes', async () => {
    const asked: unknown[] = [];
    const answers = [{ next: 'Run', id: 'a', class: 's3', timeoutSeconds: 60 }, { next: 'Close' }];

    const arn = await start({
      DecideFunction: async ({ token, entry, invocation }) => {
        asked.push([entry, invocation]);
        await stack.succeed(token, answers.shift());
      },
      S3Function: ({ token }) => stack.succeed(token),
    });

    expect((await stack.ended(arn)).status).toBe('SUCCEEDED');
    expect(asked).toEqual([
      [1, 0],
      [2, 0],
    ]);
    const entered = (await stack.history(arn)).flatMap(
      ({ stateEnteredEventDetails }) => stateEnteredEventDetails ?? [],
    );
    const names = ['Begin', 'Decide', 'What next?', 'Run action', 'Decide', 'What next?', 'Closed'];
    expect(entered.map(({ name }) => name)).toEqual(names);
  });

  it('settles an action whose week is over, and its siblings finish', async () => {
    const settled: unknown[] = [];
    let answered = 0;
    const actions = ['a', 'b', 'c'].map((id) => ({ id, class: 'git', timeoutSeconds: week }));
    const answers: object[] = [{ next: 'RunAll', actions }, { next: 'Close' }];

    const arn = await start({
      DecideFunction: ({ token }) => stack.succeed(token, answers.shift()),
      GitFunction: async ({ id, token }) => {
        if (id !== 'b') await stack.succeed(token).then(() => answered++);
      },
      SettleActionFunction: (payload) => void settled.push(payload),
    });
    await until(() => answered === 2);
    stack.clock.turn(week * 1000 + 1000);

    expect((await stack.ended(arn)).status).toBe('SUCCEEDED');
    expect(settled).toEqual([{ id: 'b', error: 'States.Timeout', cause: '' }]);
  });

  it('goes on in a new execution when the history is nearly full', async () => {
    const arn = await start({
      DecideFunction: ({ token, execution }) =>
        stack.succeed(token, execution === 'one' ? { next: 'Continue', name: 'one-2' } : { next: 'Close' }),
    });

    expect((await stack.ended(arn)).status).toBe('SUCCEEDED');
    expect(await stack.ended(`${arn}-2`)).toMatchObject({ status: 'SUCCEEDED', input: '{"run":"p/r"}' });
  });

  it('closes the run when Decide fails again and again', async () => {
    const closed: unknown[] = [];

    const arn = await start({
      DecideFunction: () => {
        throw new RangeError('never');
      },
      CloseRunFunction: (payload) => void closed.push(payload),
    });

    expect((await stack.ended(arn, 1000)).status).toBe('SUCCEEDED');
    expect(closed).toMatchObject([{ run: 'p/r', execution: 'one', error: 'RangeError' }]);
  });
});
