import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { plainText } from '../../console/plain-text.ts';

describe('plain text', () => {
  it.each([
    ['colours', '\u001b[1;31mred\u001b[0m and \u001b[38;2;1;2;3mtrue\u001b[m', 'red and true'],
    ['moves of the cursor', 'a\u001b[2K\u001b[1Gb\u001b[?25l', 'ab'],
    ['titles of windows', '\u001b]0;title\u0007x\u001b]2;title\u001b\\y', 'xy'],
    ['links of terminals', '\u001b]8;;http://example.com\u001b\\text\u001b]8;;\u001b\\', 'text'],
    ['device strings', 'a\u001bPq#0;2\u001b\\b\u001b_x\u001b\\c', 'abc'],
    ['sequences of eight bits', 'a\u009b31mb\u009d0;t\u0007c', 'abc'],
    ['other escapes', 'a\u001b(Bb\u001b7c\u001bMd', 'abcd'],
  ])('takes out %s', (_, text, plain) => {
    expect(plainText(text)).toBe(plain);
  });

  it.each([
    ['an override', 'user\u202e\u2066// admin\u2069', 'user[U+202E][U+2066]// admin[U+2069]'],
    ['a mark', 'a\u200eb\u200fc\u061cd', 'a[U+200E]b[U+200F]c[U+061C]d'],
    ['a control character', 'a\u0000b\u0008c\u007fd\u0085e', 'a\u2400b\u2408c\u2421d\ufffde'],
    ['an escape without an end', 'a\u001b', 'a\u241b'],
    ['a return that would write over the line', 'passed\rfailed', 'passed\u240dfailed'],
    ['half a character', 'a\ud83db', 'a\ufffdb'],
  ])('shows %s', (_, text, plain) => {
    expect(plainText(text)).toBe(plain);
  });

  it.each(['line\tone\nline two', 'שלום עולם', '10:00–16:00 ✓ 👩‍💻', '<b>&amp;</b>', '[31m is no escape'])(
    'leaves %j as it is',
    (text) => {
      expect(plainText(text)).toBe(text);
    },
  );

  it('keeps line ends and drops the return before them', () => {
    expect(plainText('a\r\nb\r\r\nc\r')).toBe('a\nb\nc');
  });

  it('never holds a control or a change of direction, whatever it is made of', () => {
    const pieces = fc.constantFrom(
      '\u001b',
      '[',
      ']',
      '31m',
      '\u0007',
      '\u001b\\',
      '\u009b',
      '\u009d',
      '\u202e',
      '\u2069',
      '\r',
      '\n',
      'a',
      'P',
      ';',
    );

    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 30 }), (parts) => {
        const plain = plainText(parts.join(''));

        expect(plain.replace(/[\n\t]/g, '')).not.toMatch(/[\p{Cc}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/u);
      }),
    );
  });

  it.each(['\u001b]', '\u001b[', '\u009d', '\u001bP', '\r', '\u001b[1;', '\u009b ', '\u001b('])(
    'takes no longer for many %j than for their number',
    (piece) => {
      const text = piece.repeat(100_000);

      plainText(text);
    },
  );

  it('takes no longer for many returns before other text than for their number', () => {
    const text = `${'\r'.repeat(256 * 1024)}x`;

    expect(plainText(text)).toHaveLength(text.length);
  });
});
