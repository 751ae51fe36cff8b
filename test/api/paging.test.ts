import { expect, test } from 'vitest';
import { nextToken, pageStart, readToken } from '../../functions/api/paging.ts';

const query = ['ListPipelineExecutions', 'web', undefined];
const tokenOf = (of: readonly (string | undefined)[], sk = 'run#7') =>
  nextToken(of, { pk: 'pipeline#web', sk }).nextToken ?? '';
const encoded = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');

test('the last page has no token', () => {
  const after = nextToken(query, undefined);

  expect(after).toEqual({});
});

test('the first page begins nowhere in particular', () => {
  const start = pageStart(query, undefined, 'pipeline#web');

  expect(start).toBeUndefined();
});

test.each(['run#7', 'x', 'ümläut 🚀', '"quoted"\n'])('a page goes on where the one before ended: %j', (sk) => {
  const start = pageStart(query, tokenOf(query, sk), 'pipeline#web');

  expect(start).toEqual({ pk: 'pipeline#web', sk });
});

test('a token is one word that a URL can carry', () => {
  const token = tokenOf(query, 'run/?&=+ 🚀');

  expect(token).toMatch(/^[A-Za-z0-9_-]+$/);
});

test('the partition is the one of the listing, never of the token', () => {
  const start = pageStart(query, tokenOf(query), 'pipeline#other');

  expect(start).toEqual({ pk: 'pipeline#other', sk: 'run#7' });
});

test.each([
  { name: 'another pipeline', token: tokenOf(['ListPipelineExecutions', 'api', undefined]) },
  { name: 'another operation', token: tokenOf(['ListActionExecutions', 'web', undefined]) },
  { name: 'another filter', token: tokenOf(['ListPipelineExecutions', 'web', 'Build']) },
  { name: 'words that only join to the same', token: tokenOf(['ListPipelineExecutionsweb', undefined]) },
  { name: 'nothing', token: '' },
  { name: 'no base64', token: '%%%' },
  { name: 'no JSON', token: Buffer.from('{').toString('base64url') },
  { name: 'JSON of no list', token: encoded({ 0: 'a', 1: 'b' }) },
  { name: 'null', token: encoded(null) },
  { name: 'an empty list', token: encoded([]) },
])('a token of $name is refused', ({ token }) => {
  const start = () => pageStart(query, token, 'pipeline#web');

  expect(start).toThrow(
    expect.objectContaining({ code: 'InvalidNextTokenException', message: expect.stringContaining('Repeat the call') }),
  );
});

test.each([[7], [null], [{}], [['run#7']]])('a token whose place is %j is refused', (place) => {
  const [digest] = JSON.parse(Buffer.from(tokenOf(query), 'base64url').toString()) as unknown[];

  const start = () => pageStart(query, encoded([digest, place]), 'pipeline#web');

  expect(start).toThrow(expect.objectContaining({ code: 'InvalidNextTokenException' }));
});

test('a token of which any one character was changed, left out or added is refused', () => {
  const token = tokenOf(query, 'RUN#019a1fd0-0000-7000-8000-0000000000a1');
  const changed = Array.from(token, (character, at) => [
    token.slice(0, at) + (character === 'A' ? 'B' : 'A') + token.slice(at + 1),
    token.slice(0, at) + token.slice(at + 1),
    `${token.slice(0, at)}=${token.slice(at)}`,
  ]).flat();

  const taken = [...changed, `${token}A`, `${token}=`, token.slice(1), token.slice(0, -1)].filter((each) => {
    try {
      return pageStart(query, each, 'pipeline#web') !== undefined;
    } catch (error) {
      return (error as { code?: string }).code !== 'InvalidNextTokenException';
    }
  });

  expect(taken).toEqual([]);
});

test('a token keeps what a listing has to remember, and no other list of it passes', () => {
  const { nextToken: token = '' } = nextToken(query, { pk: 'p', sk: 'run#7' }, ['a', 'b']);
  const [seal, sk] = JSON.parse(Buffer.from(token, 'base64url').toString()) as string[];

  const position = readToken(query, token);

  expect(position).toEqual({ sk: 'run#7', seen: ['a', 'b'] });
  expect(() => readToken(query, encoded([seal, sk, 'a']))).toThrow(
    expect.objectContaining({ code: 'InvalidNextTokenException' }),
  );
});

test.each([
  ['nothing', ''],
  ['more than a key can hold', 'x'.repeat(1025)],
])('a place that is %s is refused', (_, sk) => {
  const token = tokenOf(query, sk);

  expect(() => pageStart(query, token, 'pipeline#web')).toThrow(
    expect.objectContaining({ code: 'InvalidNextTokenException' }),
  );
});
