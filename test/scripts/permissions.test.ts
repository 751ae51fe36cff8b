import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { evaluate } from '../../local/iam/evaluate/evaluate.ts';
import { readPolicy } from '../../local/iam/evaluate/policy.ts';
import { readQuestions } from '../../scripts/permissions/records.ts';
import { type Usage, usagesOf } from '../../scripts/permissions/usage.ts';
import { faultsOf, readExceptions } from '../../scripts/permissions.ts';
import { openRecorder } from '../../scripts/walk/recorder.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sluice-permissions-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const roleArn = 'arn:aws:iam::000000000000:role/sluice/sluice-WorkerRole-1a2b3c4d';
const arn = 'arn:aws:sts::000000000000:assumed-role/sluice-WorkerRole-1a2b3c4d/w';
const principal = { type: 'AssumedRole', arn, roleArn, account: '000000000000' } as const;
const bucket = 'arn:aws:s3:::sluice-bucket-5e6f7a8b';
const worker = readPolicy('identity', 'WorkerRolePolicy0', {
  Version: '2012-10-17',
  Statement: [
    { Effect: 'Allow', Action: ['s3:GetObject', 's3:PutObject'], Resource: [`${bucket}/a/*`, `${bucket}/b/*`] },
    { Effect: 'Allow', Action: 'sns:Publish', Resource: '*' },
  ],
});
const ofBucket = readPolicy('resource', `the policy of ${bucket}`, {
  Version: '2012-10-17',
  Statement: { Sid: 'NoB', Effect: 'Deny', Principal: '*', Action: 's3:PutObject', Resource: `${bucket}/b/*` },
});

/** Records that the worker asks for these, and reads back what was needed. */
async function usagesAfter(...asked: readonly (readonly [string, string])[]): Promise<readonly Usage[]> {
  const recorder = openRecorder(folder);
  for (const [action, resource] of asked) {
    const question = { principal, action, resource, context: {}, identityPolicies: [worker], resourcePolicy: ofBucket };
    recorder.access({ ...question, decision: evaluate(question).decision });
  }
  return usagesOf(await readQuestions(folder), 'sluice');
}

const used = (usages: readonly Usage[]) =>
  usages.flatMap((usage) => (usage.used ? [`${usage.owner}: ${usage.what}`] : []));

describe('a part of a policy', () => {
  it('is used when a recorded call is denied without it', async () => {
    const usages = await usagesAfter(['s3:GetObject', `${bucket}/a/1`], ['s3:GetObject', `${bucket}/a/1`]);

    expect(used(usages)).toEqual([
      'WorkerRole: statement 1',
      'WorkerRole: statement 1: action s3:GetObject',
      `WorkerRole: statement 1: resource ${bucket}/a/*`,
    ]);
    expect(usages.filter((usage) => !usage.used).map(({ what }) => what)).toEqual(
      [
        `statement 1: action s3:PutObject`,
        `statement 1: resource ${bucket}/b/*`,
        'statement 2',
        'statement 1 (NoB)',
      ].sort((a, b) => usages.findIndex(({ what }) => what === a) - usages.findIndex(({ what }) => what === b)),
    );
  });

  it('that denies is used when a recorded call is allowed without it', async () => {
    const usages = await usagesAfter(['s3:PutObject', `${bucket}/b/1`]);

    expect(used(usages)).toEqual(['bucket: statement 1 (NoB)']);
  });
});

describe('policies of one text', () => {
  it('are told apart by their roles, and those of one role by their names', async () => {
    const recorder = openRecorder(folder);
    const queue = 'arn:aws:sqs:us-east-1:000000000000:letters';
    const text = { Version: '2012-10-17', Statement: { Effect: 'Allow', Action: 'sqs:SendMessage', Resource: '*' } };
    const letters = readPolicy('identity', 'DeadLetterQueuePolicy', text);
    const own = readPolicy('identity', 'WorkerRolePolicy0', {
      ...text,
      Statement: [{ ...text.Statement, Action: 'sqs:ReceiveMessage' }],
    });
    const other = { ...principal, roleArn: roleArn.replace('Worker', 'Other') };
    for (const [as, action, policies] of [
      [principal, 'sqs:ReceiveMessage', [own, letters]],
      [other, 'sqs:SendMessage', [letters]],
    ] as const) {
      const question = {
        principal: as,
        action,
        resource: queue,
        context: {},
        identityPolicies: policies,
      };
      recorder.access({ ...question, decision: evaluate(question).decision });
    }

    const usages = usagesOf(await readQuestions(folder), 'sluice');

    expect(usages).toEqual([
      { owner: 'OtherRole', what: 'DeadLetterQueuePolicy: statement 1', used: true },
      { owner: 'WorkerRole', what: 'DeadLetterQueuePolicy: statement 1', used: false },
      { owner: 'WorkerRole', what: 'statement 1', used: true },
    ]);
  });
});

describe('what is wrong', () => {
  const usages: readonly Usage[] = [
    { owner: 'WorkerRole', what: 'statement 1', used: true },
    { owner: 'WorkerRole', what: 'statement 2', used: false },
  ];

  it('is a part that nobody needs, until it is argued', () => {
    const argued = readExceptions('# Why\n\n- `WorkerRole` `statement 2`: it is needed by the deployment alone.\n');

    expect(faultsOf(usages, [], ['WorkerRole'])).toEqual(['WorkerRole, statement 2: no recorded call needs it.']);
    expect(faultsOf(usages, argued, ['WorkerRole'])).toEqual([]);
  });

  it('is no part of a statement that is argued as a whole', () => {
    const parts = ['statement 1: action a:B', 'statement 2', 'statement 2: action a:B', 'statement 20: action a:B'];
    const unused = parts.map((what) => ({ owner: 'WorkerRole', what, used: false }));
    const argued = readExceptions('- `WorkerRole` `statement 2`: it is needed by the deployment alone.');

    expect(faultsOf(unused, argued, ['WorkerRole'])).toEqual([
      'WorkerRole, statement 1: action a:B: no recorded call needs it.',
      'WorkerRole, statement 20: action a:B: no recorded call needs it.',
    ]);
  });

  it('is an argument for what is needed, and a role of which nothing was recorded', () => {
    const argued = readExceptions('- `WorkerRole`, `OtherRole` `statement 1`: it is needed by the deployment alone.');

    expect(faultsOf(usages.slice(0, 1), argued, ['SilentRole'])).toEqual([
      'docs/permissions-exceptions.md: WorkerRole, statement 1 is needed, or is not there.',
      'docs/permissions-exceptions.md: OtherRole, statement 1 is needed, or is not there.',
      'SilentRole: no call of this role was recorded.',
    ]);
  });

  it('is an exception without a reason', () => {
    expect(() => readExceptions('- `WorkerRole` `statement 1`')).toThrow('this is no exception');
  });
});
