import { describe, expect, it } from 'vitest';
import { PatternError } from '../../../local/eventbridge/match.ts';
import { compilePattern } from '../../../local/eventbridge/pattern.ts';

const event = {
  source: 'aws.codecommit',
  'detail-type': 'CodeCommit Repository State Change',
  resources: ['arn:a', 'arn:b'],
  account: '1',
  detail: {
    referenceType: 'branch',
    referenceName: 'feature/x',
    n: 5,
    zero: 0,
    ip: '10.0.1.2',
    ip6: '2001:db8::1',
    nul: null,
    yes: true,
    empty: '',
    star: 'a*b\\c',
    none: [],
    arr: [
      { k: 1, m: 'one' },
      { k: 2, m: 'two' },
    ],
    nested: [['deep']],
  },
};
const detail = (name: string, ...alternatives: unknown[]) => ({ detail: { [name]: alternatives } });

describe('an event matches', () => {
  it.each<[string, object]>([
    ['equal texts', { source: ['x', 'aws.codecommit'] }],
    ['one element of an array', { resources: ['arn:b'] }],
    ['an equal number', detail('n', 5)],
    ['null', detail('nul', null)],
    ['true', detail('yes', true)],
    ['an empty text', detail('empty', '')],
    ['prefix', detail('referenceName', { prefix: 'feature/' })],
    ['prefix whatever the case', detail('referenceName', { prefix: { 'equals-ignore-case': 'FEATURE/' } })],
    ['suffix', detail('referenceName', { suffix: '/x' })],
    ['suffix whatever the case', detail('referenceName', { suffix: { 'equals-ignore-case': 'X' } })],
    ['a text whatever its case', { 'detail-type': [{ 'equals-ignore-case': 'codecommit repository state change' }] }],
    ['wildcard at the end', detail('referenceName', { wildcard: 'feature/*' })],
    ['wildcard in the middle', detail('referenceName', { wildcard: 'f*ure*x' })],
    ['wildcard alone', detail('empty', { wildcard: '*' })],
    ['escaped wildcard', detail('star', { wildcard: 'a\\*b\\\\c' })],
    ['anything but a text', detail('referenceName', { 'anything-but': 'main' })],
    ['anything but texts', detail('referenceName', { 'anything-but': ['main', 'x'] })],
    ['anything but a number', detail('n', { 'anything-but': 6 })],
    ['anything but prefixes', detail('referenceName', { 'anything-but': { prefix: ['a', 'b'] } })],
    ['anything but a suffix', detail('referenceName', { 'anything-but': { suffix: '/y' } })],
    ['anything but a wildcard', detail('referenceName', { 'anything-but': { wildcard: 'main*' } })],
    ['anything but, ignoring case', detail('referenceName', { 'anything-but': { 'equals-ignore-case': ['MAIN'] } })],
    ['numeric equality', detail('n', { numeric: ['=', 5] })],
    ['numeric range', detail('n', { numeric: ['>', 1, '<=', 5] })],
    ['numeric zero', detail('zero', { numeric: ['>=', 0] })],
    ['an address of a block', detail('ip', { cidr: '10.0.0.0/16' })],
    ['an IPv6 address of a block', detail('ip6', { cidr: '2001:db8::/32' })],
    ['what exists', detail('n', { exists: true })],
    ['what does not exist', detail('missing', { exists: false })],
    ['what does not exist deep down', { detail: { missing: { deeper: [{ exists: false }] } } }],
    ['an empty array as missing', detail('none', { exists: false })],
    ['one of several alternatives', detail('missing', 'x', { exists: false })],
    ['$or', { $or: [{ source: ['x'] }, { account: ['1'] }] }],
    ['$or inside', { detail: { $or: [{ n: [6] }, { referenceType: ['branch'] }] } }],
    ['a field of an element', { detail: { arr: { k: [2] } } }],
    ['two fields of the same element', { detail: { arr: { k: [2], m: ['two'] } } }],
    ['nested arrays', detail('nested', 'deep')],
  ])('by %s', (_what, pattern) => {
    expect(compilePattern(JSON.stringify(pattern))(event)).toBe(true);
  });
});

describe('an event does not match', () => {
  it.each<[string, object]>([
    ['another text', { source: ['aws.codecommi'] }],
    ['a number as text', detail('n', '5')],
    ['one of two fields', { source: ['aws.codecommit'], account: ['2'] }],
    ['what is excluded', detail('referenceName', { 'anything-but': ['main', 'feature/x'] })],
    ['an excluded prefix', detail('referenceName', { 'anything-but': { prefix: 'feature/' } })],
    ['an excluded wildcard', detail('referenceName', { 'anything-but': { wildcard: 'f*x' } })],
    ['a range', detail('n', { numeric: ['>', 5, '<', 9] })],
    ['an address outside the block', detail('ip', { cidr: '10.1.0.0/16' })],
    ['a text that is no address', detail('referenceName', { cidr: '10.1.0.0/16' })],
    ['what exists', detail('n', { exists: false })],
    ['an object as something that exists', { detail: [{ exists: true }] }],
    ['anything but, of what is missing', detail('missing', { 'anything-but': 'x' })],
    ['$or of nothing', { $or: [{ source: ['x'] }, { account: ['2'] }] }],
    ['fields of different elements', { detail: { arr: { k: [1], m: ['two'] } } }],
    ['a wildcard that would overlap', detail('referenceType', { wildcard: 'bran*nch' })],
  ])('by %s', (_what, pattern) => {
    expect(compilePattern(JSON.stringify(pattern))(event)).toBe(false);
  });
});

describe('a pattern is refused', () => {
  it.each<[string, unknown]>([
    ['that is empty', {}],
    ['that is an array', []],
    ['with a bare text', { source: 'x' }],
    ['with an empty array', { source: [] }],
    ['with an empty object', { detail: {} }],
    ['with an array in an array', { source: [['x']] }],
    ['with an unknown match', { source: [{ contains: 'x' }] }],
    ['with two matches in one', { source: [{ prefix: 'x', suffix: 'y' }] }],
    ['with an empty match', { source: [{}] }],
    ['with exists that is no boolean', { source: [{ exists: 'yes' }] }],
    ['with exists and more', { source: [{ exists: true, prefix: 'x' }] }],
    ['with a prefix that is no text', { source: [{ prefix: 5 }] }],
    ['with an unknown form of prefix', { source: [{ prefix: { 'starts-with': 'x' } }] }],
    ['with wildcards in a row', { source: [{ wildcard: 'a**' }] }],
    ['with an unknown escape', { source: [{ wildcard: 'a\\n' }] }],
    ['with a block that is none', { source: [{ cidr: '10.0.0.0/33' }] }],
    ['with a block of words', { source: [{ cidr: 'here/8' }] }],
    ['with an unknown comparison', { source: [{ numeric: ['!', 1] }] }],
    ['with a comparison to a text', { source: [{ numeric: ['>', '1'] }] }],
    ['with a range upside down', { source: [{ numeric: ['>', 5, '<', 1] }] }],
    ['with half a range', { source: [{ numeric: ['>', 5, '<'] }] }],
    ['with a number that is too large', { source: [{ numeric: ['>', 5_000_000_001] }] }],
    ['with anything but nothing', { source: [{ 'anything-but': [] }] }],
    ['with anything but a mixture', { source: [{ 'anything-but': ['a', 1] }] }],
    ['with anything but null', { source: [{ 'anything-but': null }] }],
    ['with anything but a range', { source: [{ 'anything-but': { numeric: ['>', 1] } }] }],
    ['with $or of one', { $or: [{ source: ['x'] }] }],
    ['with $or of texts', { $or: ['x', 'y'] }],
  ])('%s', (_what, pattern) => {
    expect(() => compilePattern(JSON.stringify(pattern))).toThrow(PatternError);
  });

  it.each(['{', 'null', '"x"', `{"source": ["${'x'.repeat(4096)}"]}`])('that is %.20s', (pattern) => {
    expect(() => compilePattern(pattern)).toThrow(PatternError);
  });
});

it('is not slowed down by a hostile event', () => {
  const test = compilePattern(JSON.stringify({ source: [{ wildcard: `${'*a'.repeat(40)}*b` }] }));
  const hostile = { source: 'a'.repeat(200_000) };

  const matches = test(hostile);

  expect(matches).toBe(false);
});
