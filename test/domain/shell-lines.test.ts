import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { shellLines } from '../../functions/domain/shell-lines.ts';
import { times } from './times.ts';

/** What a shell prints for a line. */
const run = (command: string, values: Record<string, string>) => {
  const { lines, variables } = shellLines([command], values);
  return execFileSync('sh', ['-c', lines[0] ?? ''], { env: variables, encoding: 'utf8' });
};

describe('a shell line with a reference', () => {
  it.each([
    ['printf %s #{v.A}', 'a b'],
    ['printf %s "#{v.A}"', 'a b'],
    ["printf %s '#{v.A}'", 'a b'],
    ["printf '%s' \"it's \"#{v.A}", "it's a b"],
    ["printf %s 'x#{v.A}y'z", 'xa byz'],
    ['printf %s \\"#{v.A}\\"', '"a b"'],
    ['printf %s "\\"#{v.A}"', '"a b'],
    ['printf %s #{v.A}#{v.A}', 'a ba b'],
    ["printf %s 'x\\'#{v.A}", 'x\\a b'],
    ["printf %s 'x'\"#{v.A}'y\"", "xa b'y"],
  ])('%s prints %j', (command, printed) => {
    expect(run(command, { '#{v.A}': 'a b' })).toBe(printed);
  });

  it('is left as it is when it has no value', () => {
    expect(shellLines(['echo #{v.A} #{v.B}'], { '#{v.B}': 'b' })).toEqual({
      lines: ['echo #{v.A} "${SLUICE_VARIABLE_1}"'],
      variables: { SLUICE_VARIABLE_1: 'b' },
    });
  });

  it('takes every value for text, in whatever quotes it stands', () => {
    const nasty = fc.constantFrom('"', "'", '`', '$(', ')', '\\', ';', ' ', '#{v.A}', '$HOME', '*', '\n', 'é');
    const value = fc.array(nasty, { maxLength: 8 }).map((parts) => `-${parts.join('')}-`);
    fc.assert(
      fc.property(fc.constantFrom('', '"', "'"), value, (quote, text) => {
        expect(run(`printf %s ${quote}#{v.A}${quote}`, { '#{v.A}': text })).toBe(text);
      }),
      { numRuns: times(60) },
    );
  });
});
