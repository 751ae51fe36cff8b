import { Readable } from 'node:stream';
import { expect, test } from 'vitest';
import { TurnableClock } from '../../../local/clock.ts';
import { openKms } from '../../../local/kms/kms.ts';
import { jsonCall, operationsIn, root } from '../access-call.ts';

const place = { account: '000000000000', region: 'us-east-1', partition: 'aws', endpoint: '', dir: '' };
const policy = { Version: '2012-10-17', Statement: [] };
const key = { arn: 'arn:aws:kms:us-east-1:000000000000:key/one', id: 'one', policy };
const kms = openKms({ ...place, clock: new TurnableClock() }, (name) =>
  ['one', key.arn, 'alias/mine'].includes(name) ? key : undefined,
);

async function ask(operation: string, input: object): Promise<unknown> {
  const headers = { 'x-amz-target': `TrentService.${operation}` };
  const request = { method: 'POST', path: '/', query: new URLSearchParams(), caller: root, requestId: 'r', headers };
  const { body } = await kms.handle({ ...request, body: Readable.from([Buffer.from(JSON.stringify(input))]) });
  return JSON.parse(String(body));
}

test.each(['one', key.arn, 'alias/mine'])('a key is described by %s', async (KeyId) => {
  const { KeyMetadata } = (await ask('DescribeKey', { KeyId })) as { KeyMetadata: object };

  expect(KeyMetadata).toMatchObject({ Arn: key.arn, KeyId: 'one', KeyState: 'Enabled', KeyManager: 'CUSTOMER' });
});

test('the policy of a key is told', async () => {
  const { Policy } = (await ask('GetKeyPolicy', { KeyId: 'one', PolicyName: 'default' })) as { Policy: string };

  expect(JSON.parse(Policy)).toEqual(policy);
});

test.each([
  ['DescribeKey', { KeyId: 'two' }, 'NotFoundException'],
  ['GetKeyPolicy', { KeyId: 'one', PolicyName: 'other' }, 'NotFoundException'],
  ['Decrypt', { KeyId: 'one' }, 'UnknownOperationException'],
])('%s of %j is refused with %s', async (operation, input, code) => {
  await expect(ask(operation, input)).rejects.toMatchObject({ name: code });
});

test('every operation asks for itself on the key that it names', () => {
  const operations = operationsIn('kms/kms.ts');

  expect(operations).toContain('GetKeyPolicy');
  for (const operation of operations) {
    const asked = (KeyId: string) => kms.access(jsonCall(`TrentService.${operation}`, { KeyId }));
    expect(asked('alias/mine')).toEqual([{ action: `kms:${operation}`, resource: key.arn }]);
    expect(asked('two')).toEqual([{ action: `kms:${operation}`, resource: key.arn.replace('one', 'two') }]);
  }
});
