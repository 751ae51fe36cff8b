import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import model from '../../functions/api/codepipeline-model.json' with { type: 'json' };
import { type FrontDoor, openFrontDoor } from './front-door.ts';
import { attempts, executionIdOf, runIdOf, writeHistory } from './history.ts';
import { call, declaration } from './sample.ts';

interface Pagination {
  readonly in: string;
  readonly out: string;
  readonly items: string;
  readonly limit: string | null;
}

type Filling = Readonly<Record<string, unknown>>;

const paged = new Map(
  Object.entries(model.operations as unknown as Record<string, { pagination?: Pagination }>).flatMap(
    ([operation, { pagination }]) => (pagination ? [[operation, pagination] as const] : []),
  ),
);
const count = 7;
const pipelineName = 'web';
const resourceArn = `arn:aws:codepipeline:eu-west-1:000000000000:${pipelineName}`;
const newest = count - 1;

/** CodePipeline answers these at once, whatever size is asked for. */
const atOnce = ['ListTagsForResource'];

/** What each listing is asked for; of an empty one only tokens are tried. */
const listings: readonly { readonly operation: string; readonly of: string; readonly input: Filling }[] = [
  { operation: 'ListPipelines', of: 'pipelines', input: {} },
  { operation: 'ListPipelineExecutions', of: 'runs', input: { pipelineName } },
  {
    operation: 'ListPipelineExecutions',
    of: 'runs that passed a stage',
    input: { pipelineName, filter: { succeededInStage: { stageName: 'Approve' } } },
  },
  { operation: 'ListActionExecutions', of: 'actions', input: { pipelineName } },
  {
    operation: 'ListActionExecutions',
    of: 'actions of a run',
    input: { pipelineName, filter: { pipelineExecutionId: runIdOf(newest) } },
  },
  ...(['Latest', 'All'] as const).map((startTimeRange) => ({
    operation: 'ListActionExecutions',
    of: `${startTimeRange} of a run`,
    input: { pipelineName, filter: { latestInPipelineExecution: { pipelineExecutionId: runIdOf(3), startTimeRange } } },
  })),
  { operation: 'ListRuleExecutions', of: 'rules', input: { pipelineName } },
  {
    operation: 'ListDeployActionExecutionTargets',
    of: 'targets',
    input: { pipelineName, actionExecutionId: executionIdOf(1, '02.000.001.00') },
  },
  { operation: 'ListTagsForResource', of: 'tags', input: { resourceArn } },
  { operation: 'ListActionTypes', of: 'action types', input: {} },
  { operation: 'ListWebhooks', of: 'webhooks', input: {} },
];

let door: FrontDoor;
let pipelineId: string;
beforeAll(async () => {
  door = await openFrontDoor();
  const tags = Array.from({ length: count }, (_, number) => ({ key: `key${number}`, value: 'v' }));
  await call(door, 'CreatePipeline', { pipeline: declaration(pipelineName), tags });
  for (let number = 1; number < count; number++)
    await call(door, 'CreatePipeline', { pipeline: declaration(`p${number}`) });
  const { readSummary } = await import('../../functions/aws/pipeline-record.ts');
  pipelineId = (await readSummary(pipelineName))?.id ?? '';
  await writeHistory(pipelineId, pipelineName, numbers(count));
});
afterAll(() => door?.close());

const numbers = (length: number, from = 0) => Array.from({ length }, (_, number) => from + number);
const paginationOf = (operation: string) => paged.get(operation) as Pagination;

interface Page {
  readonly items: readonly string[];
  readonly token: string | undefined;
}

async function page(
  { operation, input }: { operation: string; input: Filling },
  size?: number,
  token?: string,
): Promise<Page> {
  const { in: at, out, items, limit } = paginationOf(operation);
  const answer = await call(door, operation, {
    ...input,
    ...(size === undefined || limit === null ? {} : { [limit]: size }),
    ...(token === undefined ? {} : { [at]: token }),
  });
  return {
    items: (answer[items] as readonly unknown[]).map((item) => JSON.stringify(item)),
    token: answer[out] as string | undefined,
  };
}

/** All pages, at most a hundred; `between` is done after each. */
async function pages(
  listing: (typeof listings)[number],
  size: number,
  between = async () => {},
): Promise<readonly Page[]> {
  const all: Page[] = [await page(listing, size)];
  for (let next = all[0]?.token; next !== undefined && all.length < 100; next = all.at(-1)?.token) {
    await between();
    all.push(await page(listing, size, next));
  }
  return all;
}

test('every operation that has pages is tried here', () => {
  expect(new Set(listings.map(({ operation }) => operation))).toEqual(new Set(paged.keys()));
});

describe.each(listings)('$operation of $of', (listing) => {
  const { operation, input } = listing;
  const isBuilt = () => door.built.includes(operation);

  test('has in pages of any size what it has in one', async ({ skip }) => {
    if (!isBuilt()) skip(`${operation} is not built`);
    const { items } = await page(listing);

    for (const size of numbers(Math.max(1, items.length) + 1, 1)) {
      const all = await pages(listing, size);

      expect(all.flatMap((each) => each.items)).toEqual(items);
      for (const each of all)
        expect(each.items.length).toBeLessThanOrEqual(
          paginationOf(operation).limit && !atOnce.includes(operation) ? size : 1000,
        );
      expect(all.at(-1)?.token).toBeUndefined();
    }
  });

  test('reads for a page no more than a constant factor of what it has', async ({ skip }) => {
    if (!isBuilt()) skip(`${operation} is not built`);
    await page(listing, 2);
    const before = { ...door.work };

    await page(listing, 2);

    expect(door.work.items - before.items).toBeLessThanOrEqual(2 * 2 + 3);
    expect(door.work.reads - before.reads).toBeLessThanOrEqual(6);
    expect(door.work.changes).toBe(before.changes);
  });

  test('refuses every token that it did not give', async ({ skip }) => {
    if (!isBuilt()) skip(`${operation} is not built`);
    const { in: at } = paginationOf(operation);
    const { token: own } = await page(listing, 1);
    const others = await Promise.all(
      listings
        .filter((other) => other !== listing && door.built.includes(other.operation))
        .map((other) => page(other, 1)),
    );
    const foreign = others.flatMap(({ token }) => token ?? []);
    const changed =
      own === undefined
        ? []
        : [own.slice(1), own.slice(0, -1), `${own}A`, ...numbers(own.length).map((place) => flip(own, place))];
    expect(foreign.length).toBeGreaterThan(0);

    for (const token of [...foreign.filter((each) => each !== own), ...changed, 'x', '%%%', 'W10']) {
      const asked = call(door, operation, { ...input, [at]: token });

      await expect(asked, token).rejects.toMatchObject({ name: 'InvalidNextTokenException', status: 400 });
    }
  });
});

function flip(token: string, place: number): string {
  return token.slice(0, place) + (token[place] === 'A' ? 'B' : 'A') + token.slice(place + 1);
}

describe('what is inserted between two pages', () => {
  let next = 1000;

  test.each(listings.filter(({ of }) => ['runs', 'runs that passed a stage', 'actions'].includes(of)))(
    'keeps nothing of $of from coming once',
    async (listing) => {
      const before = await page(listing);

      const all = await pages(listing, 2, () => writeHistory(pipelineId, pipelineName, [next++]));

      expect(all.flatMap(({ items }) => items)).toEqual(before.items);
    },
  );

  test('keeps no pipeline from coming once', async () => {
    const listing = listings[0] as (typeof listings)[number];
    const before = await page(listing);

    const all = await pages(listing, 2, async () => {
      await call(door, 'CreatePipeline', { pipeline: declaration(`p${next++}`) });
      await call(door, 'CreatePipeline', { pipeline: declaration(`a${next++}`) });
    });

    const seen = all.flatMap(({ items }) => items);
    expect(new Set(seen).size).toBe(seen.length);
    expect(seen).toEqual(expect.arrayContaining([...before.items]));
    expect([...seen].sort()).toEqual(seen);
  });
});

describe('a filter', () => {
  const found = async (operation: string, filter: object) => {
    const { items } = paginationOf(operation);
    return (await call(door, operation, { pipelineName, filter }))[items] as readonly Record<string, unknown>[];
  };
  const latestIn = (run: string, startTimeRange: string) =>
    found('ListActionExecutions', { latestInPipelineExecution: { pipelineExecutionId: run, startTimeRange } });

  test('of the latest in a run leaves of each action its last attempt', async () => {
    const latest = await latestIn(runIdOf(3), 'Latest');

    expect(latest.map(({ actionExecutionId }) => actionExecutionId)).toEqual(
      ['02.000.001.00', '01.003.001.00', '00.000.001.00'].map((place) => executionIdOf(3, place)),
    );
  });

  test('of all in a run leaves every attempt', async () => {
    const all = await latestIn(runIdOf(3), 'All');

    expect(all.map(({ actionExecutionId }) => actionExecutionId)).toEqual(
      [...attempts(3)].reverse().map((place) => executionIdOf(3, place)),
    );
  });

  test('of a run that is not there is refused', async () => {
    const unknown = '01a1fd00-0000-7000-8000-ffffffffffff';

    for (const operation of ['ListActionExecutions', 'ListRuleExecutions']) {
      for (const filter of [
        { pipelineExecutionId: unknown },
        { latestInPipelineExecution: { pipelineExecutionId: unknown, startTimeRange: 'Latest' } },
      ]) {
        await expect(found(operation, filter)).rejects.toMatchObject({ name: 'PipelineExecutionNotFoundException' });
      }
    }
  });

  test('of two runs is refused', async () => {
    const both = found('ListActionExecutions', {
      pipelineExecutionId: runIdOf(1),
      latestInPipelineExecution: { pipelineExecutionId: runIdOf(2), startTimeRange: 'All' },
    });

    await expect(both).rejects.toMatchObject({ name: 'ValidationException' });
  });

  test('of a stage leaves the runs that succeeded there, under the current version only', async () => {
    const passed = (stageName: string) => found('ListPipelineExecutions', { succeededInStage: { stageName } });
    const before = await passed('Approve');

    await call(door, 'UpdatePipeline', { pipeline: declaration(pipelineName) });
    const updated = await passed('Approve');
    await writeHistory(pipelineId, pipelineName, [5000], 2);

    expect(updated).toEqual([]);
    expect((await passed('Approve')).map(({ pipelineExecutionId }) => pipelineExecutionId)).toEqual([runIdOf(5000)]);
    expect(before.map(({ pipelineExecutionId }) => pipelineExecutionId)).toEqual(
      expect.arrayContaining([6, 4, 2, 0].map(runIdOf)),
    );
    expect(before.map(({ pipelineExecutionId }) => pipelineExecutionId)).not.toContain(runIdOf(1));
    expect(await passed('Nowhere')).toEqual([]);
  });
});

describe('targets of a deploy action', () => {
  const targets = (input: object) => call(door, 'ListDeployActionExecutionTargets', input);

  test('are found by its id alone', async () => {
    expect(await targets({ actionExecutionId: executionIdOf(1, '02.000.001.00') })).toEqual({ targets: [] });
  });

  test.each([
    { name: 'unknown', input: { actionExecutionId: 'nobody' } },
    { name: 'longer than a key', input: { actionExecutionId: 'x'.repeat(5000) } },
    { name: "an approval's", input: { actionExecutionId: executionIdOf(1, '01.000.001.00') } },
    { name: "another pipeline's", input: { pipelineName: 'p1', actionExecutionId: executionIdOf(1, '02.000.001.00') } },
  ])('of an id that is $name are refused', async ({ input }) => {
    await expect(targets(input)).rejects.toMatchObject({ name: 'ActionExecutionNotFoundException' });
  });
});

test('a page takes as many reads after hundreds of runs as after a few', async () => {
  const readsOf = async (): Promise<object[]> => {
    const taken: object[] = [];
    for (const listing of listings.filter(({ operation }) => door.built.includes(operation))) {
      const before = { ...door.work };
      await page(listing, 2);
      taken.push({ reads: door.work.reads - before.reads, items: door.work.items - before.items });
    }
    return taken;
  };
  await readsOf();
  const few = await readsOf();

  await writeHistory(pipelineId, pipelineName, numbers(300, 2000));

  expect(await readsOf()).toEqual(few);
});
