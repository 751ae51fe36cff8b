import { expect, test } from 'vitest';
import { nextToken, pageStart } from '../../functions/api/paging.ts';

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

test.each(['run#7', '', 'ümläut 🚀', '"quoted"\n'])('a page goes on where the one before ended: %j', (sk) => {
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
