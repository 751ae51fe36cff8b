import { writeFileSync } from 'node:fs';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { call, Surroundings } from './stage.ts';

/** Waits until the test writes the file that the event names, so that a call lasts as long as the test likes. */
const GATED = `import { existsSync } from 'node:fs';
export const handler = async ({ gate, value }) => {
  while (gate && !existsSync(gate)) await new Promise((resolve) => setTimeout(resolve, 5));
  return value;
};`;

let stage: Surroundings;

beforeEach(() => {
  stage = new Surroundings();
});

afterEach(() => stage.close());

test('many calls of many functions share few sandboxes, and every one is answered', async () => {
  const lambda = stage.open({ sandboxes: 2 });
  const names = ['a', 'b', 'c'];
  for (const name of names) await stage.make(lambda, name, 'export const handler = async (event) => event;');
  let most = 0;

  const answers = await Promise.all(
    Array.from({ length: 30 }, async (_, index) => {
      const { answer } = await call(lambda, names[index % 3] ?? 'a', index);
      most = Math.max(most, lambda.sandboxes);
      return answer;
    }),
  );

  expect(answers).toEqual(Array.from({ length: 30 }, (_, index) => index));
  expect(most).toBeLessThanOrEqual(2);
});

test('one place is enough for functions in turn', async () => {
  const lambda = stage.open({ sandboxes: 1 });
  await stage.make(lambda, 'a', 'export const handler = () => "a";');
  await stage.make(lambda, 'b', 'export const handler = () => "b";');

  const answers = [];
  for (const name of ['a', 'b', 'a', 'b']) answers.push((await call(lambda, name)).answer);

  expect(answers).toEqual(['a', 'b', 'a', 'b']);
  expect(lambda.sandboxes).toBe(1);
});

test('a call that waits is passed over a few times only', async () => {
  const lambda = stage.open({ sandboxes: 1 });
  await stage.make(lambda, 'busy', GATED);
  await stage.make(lambda, 'rare', GATED);
  const order: string[] = [];
  const note = async (name: string) => {
    await call(lambda, name);
    order.push(name);
  };
  const gate = `${stage.dir}/gate`;
  const first = call(lambda, 'busy', { gate });

  const all = [note('rare'), ...Array.from({ length: 30 }, () => note('busy'))];
  writeFileSync(gate, '');
  await Promise.all([first, ...all]);

  expect(order.indexOf('rare')).toBeGreaterThan(0);
  expect(order.indexOf('rare')).toBeLessThanOrEqual(8);
});

test('reserved concurrency throttles what comes above it', async () => {
  const lambda = stage.open();
  const arn = await stage.make(lambda, 'single', GATED, { ReservedConcurrentExecutions: 1 });
  const gate = `${stage.dir}/gate`;
  const first = call(lambda, arn, { gate, value: 1 });

  const second = call(lambda, arn, {});

  await expect(second).rejects.toMatchObject({ code: 'TooManyRequestsException', status: 429 });
  writeFileSync(gate, '');
  expect((await first).answer).toBe(1);
  expect((await call(lambda, arn, { value: 3 })).answer).toBe(3);
  expect(lambda.metrics.get('single')).toMatchObject({ invocations: 2, throttles: 1 });
});

test('a reserved concurrency of nought throttles every call', async () => {
  const lambda = stage.open();
  const arn = await stage.make(lambda, 'off', GATED, { ReservedConcurrentExecutions: 0 });

  await expect(call(lambda, arn)).rejects.toMatchObject({ code: 'TooManyRequestsException' });
});

test('calls at the same time run side by side', async () => {
  const lambda = stage.open({ sandboxes: 3 });
  const arn = await stage.make(lambda, 'wide', GATED);
  const gate = `${stage.dir}/gate`;

  const calls = [1, 2, 3].map((value) => call(lambda, arn, { gate, value }));
  await vi.waitFor(() => expect(lambda.sandboxes).toBe(3));
  writeFileSync(gate, '');

  expect((await Promise.all(calls)).map(({ answer }) => answer)).toEqual([1, 2, 3]);
});

test('a function whose threads cannot start is an error for its caller only', async () => {
  const lambda = stage.open({ sandboxes: 1 });
  await stage.make(lambda, 'bad', GATED, { Environment: { Variables: { NODE_OPTIONS: '--no-such-option' } } });
  await stage.make(lambda, 'good', GATED);

  await expect(call(lambda, 'bad', {})).rejects.toThrow();

  expect((await call(lambda, 'good', { value: 1 })).answer).toBe(1);
});
