import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { type FrontDoor, openFrontDoor } from './front-door.ts';
import { call, declaration } from './sample.ts';

const day = 24 * 60 * 60 * 1000;
/** Not at the beginning of a second: records keep seconds. */
const begin = 1_795_244_400_900;

let door: FrontDoor;
beforeAll(async () => {
  door = await openFrontDoor();
});
afterAll(() => door?.close());
afterEach(() => {
  vi.useRealTimers();
});

let made = 0;
async function pipeline(): Promise<string> {
  const name = `tokens-${made++}`;
  await call(door, 'CreatePipeline', { pipeline: declaration(name) });
  return name;
}

const start = async (name: string, clientRequestToken: string) =>
  (await call(door, 'StartPipelineExecution', { name, clientRequestToken }))['pipelineExecutionId'];

const runsOf = async (pipelineName: string) =>
  (await call(door, 'ListPipelineExecutions', { pipelineName }))['pipelineExecutionSummaries'] as readonly object[];

test.each([
  { after: '23:59:59', later: day - 1000, runs: 1 },
  { after: '24:00:01', later: day + 1000, runs: 2 },
  { after: '47:59:59, counted from the first', later: 2 * day - 1000, runs: 2 },
])('a token that comes again after $after gives $runs run(s)', async ({ later, runs }) => {
  vi.useFakeTimers({ toFake: ['Date'], now: begin });
  const name = await pipeline();
  const first = await start(name, 'one');
  vi.setSystemTime(begin + later);

  const again = await start(name, 'one');

  expect(again === first).toBe(runs === 1);
  expect(await runsOf(name)).toHaveLength(1 + runs);
});

test('a token that was taken again counts from then', async () => {
  vi.useFakeTimers({ toFake: ['Date'], now: begin });
  const name = await pipeline();
  await start(name, 'one');
  vi.setSystemTime(begin + day + 1000);
  const second = await start(name, 'one');
  vi.setSystemTime(begin + 2 * day);

  const third = await start(name, 'one');

  expect(third).toBe(second);
});

test('a token is of one pipeline: another, or one made anew under the name, starts a run of its own', async () => {
  const [one, two] = [await pipeline(), await pipeline()];
  const first = await start(one, 'shared');

  const other = await start(two, 'shared');
  await call(door, 'DeletePipeline', { name: one });
  await call(door, 'CreatePipeline', { pipeline: declaration(one) });
  const anew = await start(one, 'shared');

  expect(new Set([first, other, anew]).size).toBe(3);
});

test('a token is no push: what starts for itself has tokens of another kind', async () => {
  const name = await pipeline();

  await start(name, 'create');

  expect(await runsOf(name)).toHaveLength(2);
});

test('a hundred starts at once with one token are one run', async () => {
  const name = await pipeline();

  const started = await Promise.all(Array.from({ length: 100 }, () => start(name, 'hundred')));

  expect(new Set(started).size).toBe(1);
  expect(await runsOf(name)).toHaveLength(2);
});
