import { expect, test } from 'vitest';
import { type ReviewLink, reviewPath, signedText } from '../../functions/domain/review-link.ts';
import { runId } from './given.ts';

const link: ReviewLink = { pipeline: 'web', run: runId, stage: 'Ship', action: 'Ask', token: 't', expires: 601_000 };

test('the signature is over every field, in order', () => {
  const text = signedText(link);

  expect(text).toBe(`sluice-approval-1\nweb\n${runId}\nShip\nAsk\nt\n601000`);
});

test.each([
  { pipeline: 'api' },
  { run: 'x' },
  { stage: 'Ask', action: 'Ship' },
  { action: 'Asks' },
  { token: 'u' },
  { expires: 601_001 },
])('another link is another text: %j', (more) => {
  const text = signedText({ ...link, ...more });

  expect(text).not.toBe(signedText(link));
});

test('the path names the place, the query the rest', () => {
  const path = reviewPath(link, 'c2ln');

  expect(path).toBe(`/approvals/web/Ship/Ask?run=${runId}&token=t&expires=601000&signature=c2ln`);
});

test('what is read from a link is what it was made of', () => {
  const odd: ReviewLink = { ...link, pipeline: 'a@b', stage: 'x/../y?&#', action: '%2e', token: 'a+b&c=d' };

  const { pathname, searchParams } = new URL(reviewPath(odd, 's+/='), 'https://sluice.example');

  expect(pathname.split('/').slice(2).map(decodeURIComponent)).toEqual([odd.pipeline, odd.stage, odd.action]);
  expect(Object.fromEntries(searchParams)).toEqual({
    run: runId,
    token: 'a+b&c=d',
    expires: '601000',
    signature: 's+/=',
  });
});
