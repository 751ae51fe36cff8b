import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TurnableClock } from '../../../local/clock.ts';
import { BuildLog } from '../../../local/codebuild/build-log.ts';
import { masking } from '../../../local/codebuild/mask.ts';

/** Characters that encoders treat in ways of their own, among letters that fill. */
const character = fc.constantFrom(...'abcXYZ019', ...'"\\/\'`$&=?#%+~!*()<> ', 'é', '漢', '😀');
const secret = fc.array(character, { minLength: 8, maxLength: 60 }).map((characters) => `q${characters.join('')}z`);
const noise = fc.array(fc.constantFrom(...'._-,;:|'), { maxLength: 20 }).map((characters) => characters.join(''));

const json = (value: string) => JSON.stringify(value).slice(1, -1);
const encoders: Readonly<Record<string, (value: string) => string>> = {
  plain: (value) => value,
  JSON: json,
  'JSON within JSON': (value) => json(json(value)),
  'JSON of ASCII alone': (value) =>
    json(value).replace(/[^ -~]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`),
  'a URL': (value) => encodeURIComponent(value),
  'a URL in small letters': (value) =>
    encodeURIComponent(value).replace(/%[0-9A-F]{2}/g, (hexadecimal) => hexadecimal.toLowerCase()),
  'a form': (value) => new URLSearchParams({ v: value }).toString().slice(2),
  base64: (value) => Buffer.from(value).toString('base64'),
  'base64 for URLs': (value) => Buffer.from(value).toString('base64url'),
  'set -x': (value) => value.replaceAll("'", "'\\''"),
};

/** A log whose lines are kept. */
function openLog(secrets: readonly string[]): { log: BuildLog; lines: string[] } {
  const lines: string[] = [];
  const put = (_: string, __: string, events: readonly { message: string }[]) => {
    lines.push(...events.map(({ message }) => message));
  };
  const log = new BuildLog(put, new TurnableClock(), { groupName: 'g', streamName: 's', enabled: true });
  log.hide(secrets);
  return { log, lines };
}

describe('C28 the mask of a build log', () => {
  it.each(Object.keys(encoders))('hides any secret in %s, and leaves what stands around it', (name) => {
    fc.assert(
      fc.property(secret, noise, noise, (value, before, after) => {
        const spelt = encoders[name]?.(value) ?? '';

        const shown = masking([value]).hide(`${before} ${spelt} ${after}`);

        expect(shown).toBe(`${before} *** ${after}`);
      }),
      { numRuns: 300 },
    );
  });

  it('hides a secret in base64 wherever it begins in what was encoded', () => {
    fc.assert(
      fc.property(secret, fc.string({ maxLength: 9 }), fc.string({ maxLength: 9 }), (value, before, after) => {
        const encoded = Buffer.from(`${before}${value}${after}`).toString('base64');

        const shown = masking([value]).hide(encoded);

        const start = Math.ceil((Buffer.byteLength(before) * 8) / 6);
        const end = Math.floor((Buffer.byteLength(`${before}${value}`) * 8) / 6);
        expect(shown).not.toContain(encoded.slice(start, end));
        expect(shown).toContain('***');
      }),
    );
  });

  it('hides a secret however its output is cut into chunks, bytes of a character apart included', () => {
    fc.assert(
      fc.property(secret, fc.array(fc.nat(80), { maxLength: 6 }), (value, cuts) => {
        const { log, lines } = openLog([value]);
        const output = Buffer.from(`before ${value} after\n`);
        const places = [0, ...cuts.sort((a, b) => a - b), output.length];

        places.slice(1).forEach((end, index) => {
          log.output(output.subarray(places[index], end));
        });

        expect(lines).toEqual(['before *** after']);
      }),
    );
  });

  it('hides a secret wherever it lies in a line so long that it is written before its end', () => {
    const value = 'correct-horse-battery-staple';
    for (let before = 119_960; before <= 120_010; before += 1) {
      const { log, lines } = openLog([value]);

      for (const byte of [`${'.'.repeat(before)}`, value.slice(0, 11), value.slice(11), 'x'.repeat(130_000), '\n'])
        log.output(Buffer.from(byte));

      const text = lines.join('');
      expect(text.length).toBe(before + 3 + 130_000);
      expect(text).not.toContain('horse');
    }
  });

  it('hides each line of a secret of several lines, and its base64 wrapped at 76 characters', () => {
    const line = (index: number) => `MIIEow${'IBAAKCAQEA'.repeat(5)}${index}`;
    const key = `-----BEGIN KEY-----\n${Array.from({ length: 9 }, (_, index) => line(index)).join('\n')}\n-----END KEY-----\n`;
    const wrapped =
      Buffer.from(key)
        .toString('base64')
        .match(/.{1,76}/g) ?? [];
    const { log, lines } = openLog([key]);

    log.output(Buffer.from(`${key}${wrapped.join('\n')}\n`));

    expect(new Set(lines)).toEqual(new Set(['***']));
  });

  it('hides secrets that overlap, whichever ends first', () => {
    const { hide } = masking(['abcdefgh', 'efghijkl', 'cdef']);

    expect(hide('<abcdefghijkl>')).toBe('<***>');
  });

  it('hides what looks like an access key id, and takes no value of a character or two for a secret', () => {
    const { hide } = masking(['a', 'no', '']);

    expect(hide(`no banana for ${'AKIA'}${'Q'.repeat(16)}`)).toBe('no banana for ***');
  });

  it('changes nothing in a text without secrets', () => {
    const { hide } = masking(['correct-horse-battery-staple']);

    fc.assert(fc.property(fc.string({ maxLength: 200 }), (text) => hide(text) === text));
  });

  it('takes time in proportion to the text, whatever text and secret are', () => {
    const { hide } = masking(['\\'.repeat(200), 'a'.repeat(200), `${'a'.repeat(199)}b`]);
    const started = performance.now();

    hide('\\'.repeat(30_000));
    hide('a'.repeat(30_000));

    expect(performance.now() - started).toBeLessThan(5000);
  });
});
