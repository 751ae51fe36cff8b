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
  it('are a run, an event or a revision, of which 7 characters are enough', () => {
    expect(readArguments([run])).toEqual({ subject: { any: run }, stackName: 'sluice' });
    expect(readArguments(['sha256:1'])).toMatchObject({ subject: { revision: 'sha256:1' } });
    expect(readArguments(['abcdef0', '--region', 'eu-west-1'])).toEqual({
      subject: { revision: 'abcdef0' },
      stackName: 'sluice',
      region: 'eu-west-1',
    });
  });

  it.each([
    [[], 'A revision, or the id of an event or a run, is missing.'],
    [['abcdef0', 'abcdef1'], "'abcdef1' is one too many"],
    [['abcdef'], "'abcdef' is neither a commit"],
    [['a revision'], "'a revision' is neither a commit"],
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
    expect(shown({ decisions: [{ ...rest, pipelineName: 'web' }] })[0]).toContain('web: started');
  });
});
