import { afterAll, beforeAll, expect, test } from 'vitest';
import type { FrontDoor } from '../conformance/front-door.ts';
import { type FuzzRequest, requestOf } from './requests.ts';
import { tryRequest } from './try.ts';
import { makeWorld, openWorld, worldLasts } from './world.ts';

let door: FrontDoor;
beforeAll(async () => {
  door = await openWorld();
});
afterAll(() => door?.close());

/** A request of the API that is in order. */
function anyRequest(): FuzzRequest {
  const numbers = Array.from({ length: 1000 }, (_, number) => requestOf(1, number, ['ListPipelines']));
  return numbers.find((each) => each.door === 'api' && each.operation === 'ListPipelines') as FuzzRequest;
}

test('three thousand odd requests bring out no fault', async () => {
  const found: object[] = [];
  const doors = new Map<string, Set<number>>();

  for (let number = 0; number < 3000; number++) {
    if (number % worldLasts === 0) await makeWorld(door);
    const request = requestOf(7, number, door.built);
    const { status, wrong } = await tryRequest(door, request);
    doors.set(request.door, (doors.get(request.door) ?? new Set()).add(status));
    if (wrong.length > 0) found.push({ number, wrong });
  }

  expect(found).toEqual([]);
  expect([...(doors.get('api') ?? [])]).toEqual(expect.arrayContaining([200, 400]));
  expect([...(doors.get('webhook') ?? [])]).toEqual(expect.arrayContaining([202, 400, 401]));
  expect([...(doors.get('approvalLink') ?? [])]).toEqual(expect.arrayContaining([200, 403, 404, 405]));
}, 120_000);

test('a request comes again with its seed and number', () => {
  const stable = (number: number) => JSON.stringify(requestOf(3, number, door.built).event);
  const api = Array.from({ length: 50 }, (_, number) => number).filter(
    (number) => requestOf(3, number, door.built).door === 'api',
  );

  expect(api.map(stable)).toEqual(api.map(stable));
});

test.each([
  { name: 'a fault', answer: { statusCode: 500, body: '{}', headers: {} }, says: 'status 500' },
  {
    name: 'an output that is not of its shape',
    answer: { statusCode: 200, body: '{"pipelines":7}', headers: {} },
    says: '.pipelines: not a list',
  },
  { name: 'a body of another protocol', answer: { statusCode: 200, body: 'no', headers: {} }, says: 'threw' },
])('$name is wrong', async ({ answer, says }) => {
  const broken: FrontDoor = { ...door, api: async () => answer };

  const { wrong } = await tryRequest(broken, anyRequest());

  expect(wrong.join()).toContain(says);
});
