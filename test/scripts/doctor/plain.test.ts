import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { isPlain, line, word } from '../../../scripts/doctor/plain.ts';
import { shown } from '../../../scripts/doctor.ts';

describe('a value of a definition', () => {
  it.each(['web-target', 'arn:aws:iam::111122223333:role/deploy'])('that names one thing is plain: %s', (name) => {
    expect(isPlain(name)).toBe(true);
  });

  it.each(['*', 'web-?', '${aws:username}', 'a\nb'])('that could stand for more is not: %j', (name) => {
    expect(isPlain(name)).toBe(false);
  });

  it.each(['web-target', 'a b', "it's", '$(touch /tmp/x)', '`id`', '; id', '--x "y"'])(
    'is one word of a command: %j',
    (value) => {
      const echoed = execFileSync('sh', ['-c', `printf %s ${word(value)}`], { encoding: 'utf8' });

      expect(echoed).toBe(value);
    },
  );

  it('cannot begin a line of its own', () => {
    const text = shown({ status: 'not checked', what: 'a\nok  b', why: 'c\u001b[2J\u009b1m' });

    expect(text.split('\n')).toHaveLength(1);
    expect(text).not.toMatch(/\p{Cc}/u);
    expect(line('a\tb')).toBe('a\ufffdb');
  });
});
