import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { operations } from '../api/model-inputs.ts';
import { type Case, cases } from './cases.ts';
import { type FrontDoor, openFrontDoor } from './front-door.ts';
import { judge } from './judge.ts';
import { answerOf, errorOf, eventOf, type ProtocolName, protocolNames, requestFor } from './wire.ts';

let door: FrontDoor;
const counts = new Map<string, number>();
beforeAll(async () => {
  door = await openFrontDoor();
});
afterAll(async () => {
  const kinds = [...counts].map(([kind, count]) => `${count} ${kind}`).join(', ');
  const all = [...counts.values()].reduce((sum, count) => sum + count, 0);
  console.info(`Conformance: ${all} requests of ${operations.length} operations in 2 protocols (${kinds}).`);
  await door?.close();
});

/** What is wrong with the answer to a case; a refused one must have changed nothing. */
async function faultsOfCase(each: Case, protocol: ProtocolName): Promise<readonly string[]> {
  const before = door.work.changes;
  const answer = answerOf(await door.api(eventOf(requestFor(each.operation, each.input, protocol, each.shape))));
  counts.set(each.kind, (counts.get(each.kind) ?? 0) + 1);
  const changed = answer.status !== 200 && door.work.changes > before ? ['it changed something'] : [];
  return [...judge(each, protocol, answer), ...changed];
}

test('every operation of the model is there', () => {
  const modelled = operations.map(({ operation }) => operation);

  expect(door.built.toSorted()).toEqual(modelled.toSorted());
});

describe.each(protocolNames)('over %s', (protocol) => {
  test.each(operations)('$operation answers every request of the model as the model says', async ({ operation }) => {
    const found: object[] = [];

    for (const each of cases.filter((one) => one.operation === operation)) {
      const faults = await faultsOfCase(each, protocol);
      const { says = '' } = each.expected as { says?: string };
      if (faults.length > 0) found.push({ kind: each.kind, says: says.slice(0, 200), faults });
    }

    expect(found).toEqual([]);
  });

  test('all breaches of a request are told at once, each with its path', async () => {
    const input = { name: '', version: 0 };

    const answer = answerOf(await door.api(eventOf(requestFor('GetPipeline', input, protocol, 'GetPipelineInput'))));

    const { message } = errorOf(answer);
    expect(message).toMatch(/^3 validation errors detected: /);
    expect(message.split('; ').map((each) => /Value at '([^']+)'/.exec(each)?.[1])).toEqual([
      'name',
      'name',
      'version',
    ]);
  });

  test('an operation that the model does not have is unknown', async () => {
    const answer = answerOf(await door.api(eventOf(requestFor('ListEverything', {}, protocol, null))));

    expect(errorOf(answer).code).toBe('UnknownOperationException');
  });
});

test('there are thousands of requests, of every kind', () => {
  const kinds = new Set(cases.map(({ kind }) => kind));

  expect(cases.length * protocolNames.length).toBeGreaterThan(3000);
  expect([...kinds].sort()).toEqual(
    ['smallest', 'fullest', 'required', 'length', 'pattern', 'enum', 'range', 'keys', 'values', 'type'].sort(),
  );
});
