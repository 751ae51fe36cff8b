import { marshall } from '@aws-sdk/util-dynamodb';
import { expect, test } from 'vitest';
import { putPipeline } from '../../functions/aws/pipeline-record.ts';
import type { Gate } from '../../functions/domain/pipeline.ts';
import { mostUnfinished } from '../../functions/domain/unfinished-limit.ts';
import { aPipeline, visitor } from '../domain/given.ts';

const uuid = (number: number) => `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`;
/** Of an assumed role: its path and name, and the session's name, as long as IAM lets them be. */
const caller = `arn:aws:sts::123456789012:assumed-role/${'r'.repeat(64)}/${'s'.repeat(64)}`;
const user = `arn:aws:iam::123456789012:user/${'p'.repeat(512)}/${'u'.repeat(64)}`;
const changed = { by: user, at: 1_795_244_400_000 };

function gate(index: number): Gate {
  return {
    stage: String(index).padStart(100, 'S'),
    holder: uuid(index),
    last: { ...visitor(uuid(index), 1_000_000 + index), status: 'InProgress', retries: 999 },
    waiting: [],
    disabled: { reason: '!'.repeat(300), since: changed.at, ...changed, by: index === 0 ? caller : user },
    enabled: changed,
  };
}

test('a pipeline of 50 stages with a full queue, and runs of PARALLEL mode besides, fits into an item', () => {
  const [first, ...gates] = Array.from({ length: 50 }, (_, index) => gate(index));
  if (!first) throw new Error('There are 50 gates.');
  const waiting = Array.from({ length: mostUnfinished }, (_, index) => visitor(uuid(100 + index), 1_000_100 + index));
  const parallel = Array.from({ length: mostUnfinished }, (_, index) => ({
    run: uuid(200 + index),
    before: first.stage,
  }));

  const write = putPipeline(aPipeline([{ ...first, waiting }, ...gates], { executionMode: 'QUEUED', parallel }), 1);

  // The attribute names and types of the JSON form take more than DynamoDB counts.
  const size = 'put' in write ? Buffer.byteLength(JSON.stringify(marshall(write.put))) : Number.NaN;
  expect(size).toBeLessThan(150_000);
});
