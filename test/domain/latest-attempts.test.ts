import fc from 'fast-check';
import { expect, test } from 'vitest';
import { latestAttempts } from '../../functions/domain/latest-attempts.ts';
import { anAction, runId } from './given.ts';

const at = (place: string) => anAction({ key: `p/${runId}/${place}` });
const placesOf = (actions: readonly { readonly key: string }[]) => actions.map(({ key }) => key.split('/')[2]);

test('of the attempts at an action the newest is left', () => {
  const actions = ['01.002.001.00', '01.001.001.01', '01.001.001.00', '01.000.001.01', '00.000.001.00'].map(at);

  const { latest } = latestAttempts(actions, []);

  expect(placesOf(latest)).toEqual(['01.002.001.00', '01.001.001.01', '00.000.001.00']);
});

test('what a page remembers is of the stage where it ended', () => {
  const actions = ['02.001.001.00', '01.001.002.00', '01.000.001.00'].map(at);

  const { seen } = latestAttempts(actions, []);

  expect(seen).toEqual(['01.002.00', '01.001.00']);
});

test('nothing is remembered of an empty page', () => {
  expect(latestAttempts([], ['01.002.00'])).toEqual({ latest: [], seen: [] });
});

test('page by page there is the same as in one', () => {
  const digits = (value: number, width: number) => String(value).padStart(width, '0');
  const place = fc
    .tuple(fc.nat(2), fc.nat(3), fc.nat(2), fc.nat(2))
    .map(([stage, attempt, order, index]) =>
      [digits(stage, 2), digits(attempt, 3), digits(order, 3), digits(index, 2)].join('.'),
    );
  fc.assert(
    fc.property(fc.uniqueArray(place, { maxLength: 40 }), fc.integer({ min: 1, max: 9 }), (places, size) => {
      const actions = places.sort().reverse().map(at);
      const paged: unknown[] = [];
      let seen: readonly string[] = [];

      for (let start = 0; start < actions.length; start += size) {
        const page = latestAttempts(actions.slice(start, start + size), seen);
        paged.push(...placesOf(page.latest));
        seen = page.seen;
      }

      expect(paged).toEqual(placesOf(latestAttempts(actions, []).latest));
    }),
  );
});
