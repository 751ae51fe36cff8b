import { describe, expect, it } from 'vitest';
import { readArguments, shown } from '../../scripts/why.ts';

const run = '01a1fd00-0000-7000-8000-0000000000a1';
const decision = {
  id: 'x',
  at: 1_795_244_400_000,
  revision: 'a'.repeat(40),
  by: 'arn',
  place: 'acme/web',
  event: "push to branch 'main'",
  pipelineName: 'web',
  action: 'Fetch',
  started: true,
  run,
  why: 'it fits',
};

describe('the arguments of why', () => {
  it('are a run or a commit, of which 7 digits are enough', () => {
    expect(readArguments([run])).toEqual({ subject: { run }, stackName: 'sluice' });
    expect(readArguments(['abcdef0', '--region', 'eu-west-1'])).toEqual({
      subject: { commit: 'abcdef0' },
      stackName: 'sluice',
      region: 'eu-west-1',
    });
  });

  it.each([
    [[], 'A commit or the id of a run is missing.'],
    [['abcdef0', 'abcdef1'], "'abcdef1' is one too many"],
    [['abcdef'], "'abcdef' is neither a commit"],
    [['HEAD'], "'HEAD' is neither a commit"],
    [['abcdef0', '--stack-name', '1'], '--stack-name must be the name'],
    [['abcdef0', '--endpoint-url', '127.0.0.1:4747'], '--endpoint-url must be an address'],
  ])('are refused with one sentence: %j', (args, sentence) => {
    expect(() => readArguments(args)).toThrow(sentence);
  });
});

describe('a decision is shown in one line', () => {
  it.each([
    [decision, `web (Fetch): started ${run}. push to branch 'main' of acme/web: it fits.`],
    [{ ...decision, started: false }, `web (Fetch): not started again, see ${run}.`],
    [(({ run: _, ...rest }) => ({ ...rest, started: false }))(decision), 'web (Fetch): not started. push'],
    [{ ...decision, why: 'a\nb\u001b[31m' }, ': a\ufffdb\ufffd[31m.'],
  ])('%#', (given, says) => {
    const [text, ...others] = shown({ decisions: [given] });

    expect(others).toEqual([]);
    expect(text).toContain(says);
    expect(text).toMatch(/^2026-11-21T/);
  });

  it('names no pipeline where there is none', () => {
    const { pipelineName: _, action: __, run: ___, ...rest } = decision;

    expect(shown({ decisions: [{ ...rest, started: false }] })[0]).toContain('no pipeline: not started.');
  });
});
