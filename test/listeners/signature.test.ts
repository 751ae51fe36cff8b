import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { isAuthentic, isPossible, notJson, unsigned } from '../../functions/listeners/signature.ts';

const body = Buffer.from('{"a":1}');
const signature = `sha256=${createHmac('sha256', 'secret').update(body).digest('hex')}`;

describe('what a host could show', () => {
  it.each([
    [{ 'x-hub-signature-256': signature }, true],
    [{ 'x-hub-signature': signature }, true],
    [{ 'x-gitlab-token': 't' }, true],
    [{ 'x-gitlab-token': 't'.repeat(512) }, true],
    [{ 'x-gitlab-token': 't'.repeat(513) }, false],
    [{ 'x-gitlab-token': '' }, false],
    [{ 'x-hub-signature-256': `x${signature}` }, false],
    [{ 'x-hub-signature': `x${signature}` }, false],
    [{ 'x-hub-signature-256': `${signature}0` }, false],
    [{}, false],
  ])('of %j is told', (headers, possible) => {
    expect(isPossible(headers)).toBe(possible);
  });
});

describe('who has the secret', () => {
  it.each([
    ['GitHub', { 'x-hub-signature-256': signature }, true],
    ['GitHub', { 'x-hub-signature': signature }, false],
    ['Bitbucket', { 'x-hub-signature': signature }, true],
    ['Bitbucket', { 'x-hub-signature-256': signature }, false],
    ['GitLab', { 'x-gitlab-token': 'secret' }, true],
    ['GitLab', { 'x-gitlab-token': 'Secret' }, false],
    ['GitLab', {}, false],
    ['GitHub', {}, false],
    ['Bitbucket', {}, false],
  ] as const)('is told by the header of %s: %j', (kind, headers, authentic) => {
    expect(isAuthentic(kind, 'secret', headers, body)).toBe(authentic);
  });

  it.each([{}, { 'x-gitlab-token': '' }])('is nobody where the secret is empty: %j', (headers) => {
    expect(isAuthentic('GitLab', '', headers, body)).toBe(false);
  });
});

it('who is not expected, and what is no JSON, is told so', () => {
  expect(unsigned()).toMatchObject({
    statusCode: 401,
    body: '{"message":"The signature is not that of this webhook."}',
  });
  expect(notJson).toBe('The body is not JSON. Set the content type of the webhook to application/json.');
});
