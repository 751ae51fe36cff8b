import { describe, expect, it } from 'vitest';
import { askedBranch, type BranchHead, type KnownHeads, known, moved } from '../../functions/domain/branch-head.ts';

const main: BranchHead = { branch: 'main', commit: 'm1', message: 'One' };
const topic: BranchHead = { branch: 'topic', commit: 't1' };
const odd: BranchHead = { branch: 'constructor', commit: 'c1' };

describe('the branch whose head is asked for', () => {
  it('is the one that is followed', () => {
    expect(askedBranch({ branch: 'main' })).toBe('main');
  });

  it.each([{ push: [{ branches: { includes: ['main'] } }] }, {}])(
    'is every branch where filters choose: %j',
    (filters) => {
      expect(askedBranch({ branch: 'main', filters })).toBeUndefined();
    },
  );
});

describe('a head has moved', () => {
  it.each<[string, readonly BranchHead[], KnownHeads | undefined, readonly BranchHead[]]>([
    ['never, at the first look', [main, topic], undefined, []],
    ['when its branch was not known', [main, topic], { topic: 't1' }, [main]],
    ['when nothing was there at the last look', [main, topic], {}, [main, topic]],
    ['when it is another commit', [main, topic], { main: 'm0', topic: 't1' }, [main]],
    ['not, when it is the same commit', [main, topic], { main: 'm1', topic: 't1' }, []],
    ['when the commit was that of another branch', [main], { main: 't1', topic: 'm1' }, [main]],
    ['when only its branch’s name is one that every object knows', [odd], {}, [odd]],
    ['not, when it is gone', [], { main: 'm1' }, []],
  ])('%s', (_, heads, before, expected) => {
    expect(moved(heads, before)).toEqual(expected);
  });
});

describe('what is known after a look', () => {
  it.each<[string, readonly BranchHead[], KnownHeads | undefined, readonly BranchHead[], KnownHeads]>([
    ['is every head', [main, topic], { main: 'm0', topic: 't0' }, [], { main: 'm1', topic: 't1' }],
    ['is every head at the first look', [main, topic], undefined, [], { main: 'm1', topic: 't1' }],
    ['is no branch that is gone', [main], { main: 'm1', topic: 't0' }, [], { main: 'm1' }],
    [
      'stays as it was for a head that is left',
      [main, topic],
      { main: 'm0', topic: 't0' },
      [main],
      { main: 'm0', topic: 't1' },
    ],
    ['is nothing of a new head that is left', [main, topic], { topic: 't0' }, [main], { topic: 't1' }],
    ['is nothing of a head that is left at the first look', [main, topic], undefined, [main], { topic: 't1' }],
    [
      'goes by the branch that is left, not by its commit',
      [main],
      { main: 'm0' },
      [{ branch: 'topic', commit: 'm1' }],
      { main: 'm1' },
    ],
    [
      'stays where several are left',
      [main, topic],
      { main: 'm0', topic: 't0' },
      [topic, main],
      { main: 'm0', topic: 't0' },
    ],
    ['is nothing that every object knows', [odd], {}, [odd], {}],
  ])('%s', (_, heads, before, left, expected) => {
    expect(known(heads, before, left)).toStrictEqual(expected);
  });
});
