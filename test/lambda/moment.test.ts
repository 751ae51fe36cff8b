import { expect, test } from 'vitest';
import { moment } from '../../functions/lambda/moment.ts';

test.each([
  ['2026-11-28T07:52:59.999Z', '28 Nov 2026, 07:52 UTC'],
  ['2026-09-01T00:00:00.000Z', '1 Sep 2026, 00:00 UTC'],
  ['2027-01-31T23:59:00.000Z', '31 Jan 2027, 23:59 UTC'],
])('a time is said as people say it, and as machines do: %s', (iso, text) => {
  const { html } = moment(Date.parse(iso));

  expect(html).toBe(`<time datetime="${iso}">${text}</time>`);
});
