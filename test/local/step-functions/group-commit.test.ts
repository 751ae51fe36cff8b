import { setImmediate as nextTurn } from 'node:timers/promises';
import { beforeEach, expect, it } from 'vitest';
import { GroupCommit } from '../../../local/step-functions/store/group-commit.ts';

let kept: string[];
let transactions: string[];
let together: GroupCommit;
beforeEach(() => {
  kept = [];
  transactions = [];
  const commit =
    (kind: string) =>
    (work: () => void): void => {
      const before = [...kept];
      try {
        work();
        transactions.push(kind);
      } catch (error) {
        kept = before;
        throw error;
      }
    };
  together = new GroupCommit(commit('durable'), commit('soon'));
});

const nothing = (): void => undefined;
const keep = (what: string) => (): void => void kept.push(what);
const refuse = (): void => {
  throw new Error('disk full');
};

it('commits what one turn brings as one transaction, in its order', async () => {
  const added = ['a', 'b', 'c'].map((what) => together.add(keep(what), nothing, false));

  expect(kept).toEqual([]);
  await Promise.all(added);

  expect([kept, transactions]).toEqual([['a', 'b', 'c'], ['durable']]);
});

it('commits what a later turn brings in another', async () => {
  await together.add(keep('a'), nothing, false);
  await together.add(keep('b'), nothing, false);

  expect([kept, transactions]).toEqual([
    ['a', 'b'],
    ['durable', 'durable'],
  ]);
});

it.each([
  [[true, true], 'soon'],
  [[true, false], 'durable'],
])('waits for the disk unless nothing needs it (%j: %s)', async (soon, kind) => {
  await Promise.all(soon.map((each) => together.add(nothing, nothing, each)));

  expect(transactions).toEqual([kind]);
});

it('keeps what can be kept beside what cannot, which is told so and has left nothing', async () => {
  const partly = (): void => {
    keep('half')();
    refuse();
  };
  const then: string[] = [];

  const added = await Promise.allSettled([
    together.add(keep('a'), () => then.push('a'), false),
    together.add(partly, () => then.push('half'), false),
    together.add(keep('b'), () => then.push('b'), false),
  ]);

  expect(added.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  expect([kept, then]).toEqual([
    ['a', 'b'],
    ['a', 'b'],
  ]);
});

it('calls what follows at once after the commit, and passes on what it throws to its giver alone', async () => {
  const seen: string[][] = [];

  const added = Promise.allSettled([
    together.add(keep('a'), refuse, false),
    together.add(keep('b'), () => void seen.push([...kept]), false),
  ]);
  await nextTurn();

  expect(seen).toEqual([['a', 'b']]);
  expect((await added).map(({ status }) => status)).toEqual(['rejected', 'fulfilled']);
});

it('commits in the next turn what is brought by what follows a commit', async () => {
  let inner: Promise<void> | undefined;

  await together.add(
    keep('a'),
    () => {
      inner = together.add(keep('b'), nothing, false);
    },
    false,
  );
  await inner;

  expect([kept, transactions.length]).toEqual([['a', 'b'], 2]);
});
