import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { changing } from '../../functions/api/changing.ts';
import type { AuditRecord } from '../../functions/domain/audit.ts';
import { type FrontDoor, openFrontDoor } from '../conformance/front-door.ts';
import { eventOf, requestFor } from '../conformance/wire.ts';
import { operations, validInput } from './model-inputs.ts';

let door: FrontDoor;
let now = Date.UTC(2026, 10, 21, 7);
beforeAll(async () => {
  vi.useFakeTimers({ toFake: ['Date'], now });
  door = await openFrontDoor();
});
beforeEach(() => {
  // Records are told apart by their time: the request's id is the same for all.
  now += 60_000;
});
afterAll(async () => {
  await door?.close();
  vi.useRealTimers();
});

/** The records that a call leaves. */
async function recordsOf(operation: string, input: unknown): Promise<readonly AuditRecord[]> {
  const { auditKey, auditRecordFrom } = await import('../../functions/aws/audit-key.ts');
  const { list } = await import('../../functions/aws/table.ts');
  now += 1;
  vi.setSystemTime(now);
  await door.api(eventOf(requestFor(operation, input, 'JSON', null)));
  const { pk, sk } = auditKey({ time: now, requestId: '' });
  return (await list(pk, sk, { limit: 10 })).items.map(auditRecordFrom);
}

const built = () => operations.filter(({ operation }) => door.built.includes(operation));
const reads = (operation: string) => /^(?:Get|List)[A-Z]/.test(operation);

/** The input with another text wherever its record may tell nothing. */
function withHidden(value: unknown, told: readonly string[], path: readonly string[] = []): unknown {
  if (Array.isArray(value)) return value.map((each) => withHidden(each, told, [...path, '[]']));
  if (typeof value === 'object' && value !== null)
    return Object.fromEntries(
      Object.entries(value).map(([name, inner]) => [name, withHidden(inner, told, [...path, name])]),
    );
  return typeof value === 'string' && !told.includes(path.join('.')) ? 'hidden' : value;
}

describe('of the operations that are built', () => {
  it('each that changes something leaves a record with its ending, and each that reads leaves none', async () => {
    const left: Record<string, unknown> = {};

    for (const { operation, input } of built())
      left[operation] = (await recordsOf(operation, validInput(input ?? '', true))).map((record) => [
        record.operation,
        record.result,
      ]);

    expect(Object.keys(left).sort()).toEqual([...door.built].sort());
    expect(left).toEqual(
      Object.fromEntries(
        door.built.map((operation) => [
          operation,
          reads(operation) ? [] : [[operation, expect.stringMatching(/^(?:Succeeded|Failed)$/)]],
        ]),
      ),
    );
  });

  it('C28 each leaves nothing of its input in its record but what is meant to be told', async () => {
    const leaks: string[] = [];
    const silent: string[] = [];

    for (const { operation, input } of built().filter((each) => !reads(each.operation))) {
      const { resource, input: told = [] } = changing[operation] ?? { resource: [] };
      const hidden = withHidden(validInput(input ?? '', true), [...resource, ...told]);
      const records = await recordsOf(operation, hidden);
      if (records.length === 0) silent.push(operation);
      if (JSON.stringify(records).includes('hidden')) leaks.push(operation);
    }

    expect({ leaks, silent }).toEqual({ leaks: [], silent: [] });
  });

  it('C28 an accepted webhook leaves neither its secret nor its URL in a record', async () => {
    const { declaration } = await import('../conformance/sample.ts');
    await recordsOf('CreatePipeline', { pipeline: declaration('web') });

    const records = await recordsOf('PutWebhook', {
      webhook: {
        name: 'hook',
        targetPipeline: 'web',
        targetAction: 'Fetch',
        filters: [{ jsonPath: '$.ref', matchEquals: 'refs/heads/main' }],
        authentication: 'GITHUB_HMAC',
        authenticationConfiguration: { SecretToken: 'hidden' },
      },
      tags: [{ key: 'team', value: 'hidden' }],
    });

    expect(records).toEqual([
      expect.objectContaining({
        operation: 'PutWebhook',
        resource: 'hook',
        input: { 'webhook.targetPipeline': 'web', 'webhook.targetAction': 'Fetch' },
        output: {},
        result: 'Succeeded',
      }),
    ]);
    expect(JSON.stringify(records)).not.toMatch(/hidden|webhooks\//);
  });
});
