import { randomInt } from 'node:crypto';
import { boundedText, flag, type Input, integer, invalidParameter } from './input.ts';

const LOWER = 'abcdefghijklmnopqrstuvwxyz';
const UPPER = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ';
const DIGITS = '0123456789';
const PUNCTUATION = '!"#$%&\'()*+,-./:;<=>?@[\\]^_`{|}~';

/** A random password (GetRandomPassword, GenerateSecretString): 32 characters of all four kinds, each at least once, if nothing else is asked. */
export function generatePassword(input: Input): string {
  const length = integer(input, 'PasswordLength', 1, 4096) ?? 32;
  const excluded = boundedText(input, 'ExcludeCharacters', 0, 4096) ?? '';
  const kinds = [
    flag(input, 'ExcludeLowercase') ? '' : LOWER,
    flag(input, 'ExcludeUppercase') ? '' : UPPER,
    flag(input, 'ExcludeNumbers') ? '' : DIGITS,
    flag(input, 'ExcludePunctuation') ? '' : PUNCTUATION,
    flag(input, 'IncludeSpace') ? ' ' : '',
  ]
    .map((kind) => [...kind].filter((character) => !excluded.includes(character)).join(''))
    .filter((kind) => kind !== '');
  if (kinds.length === 0) throw invalidParameter('All characters of the password are excluded.');
  const required =
    input['RequireEachIncludedType'] === undefined || flag(input, 'RequireEachIncludedType') ? kinds : [];
  if (length < required.length) {
    throw invalidParameter(`A password of ${length} characters cannot hold ${required.length} types of characters.`);
  }
  const all = kinds.join('');
  const characters = [...required.map(pick), ...Array.from({ length: length - required.length }, () => pick(all))];
  return shuffle(characters).join('');
}

function pick(characters: string): string {
  return characters.charAt(randomInt(characters.length));
}

function shuffle(characters: string[]): string[] {
  for (let last = characters.length - 1; last > 0; last -= 1) {
    const other = randomInt(last + 1);
    [characters[last], characters[other]] = [characters[other] ?? '', characters[last] ?? ''];
  }
  return characters;
}
