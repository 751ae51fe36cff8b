import { describe, expect, test } from 'vitest';
import { type ArtifactUse, sessionPolicy } from '../../functions/domain/session-policy.ts';

const use: ArtifactUse = { partition: 'aws', stores: ['store'], artifacts: [], configuration: {} };
const statements = (more: Partial<ArtifactUse>) => JSON.parse(sessionPolicy({ ...use, ...more })).Statement;
const outside = { Effect: 'Allow', Action: '*', NotResource: ['arn:aws:s3:::store/*'] };

describe('the session policy of an action (C25)', () => {
  test('is a policy of today', () => {
    expect(JSON.parse(sessionPolicy(use)).Version).toBe('2012-10-17');
  });

  test('names as many stores as fit', () => {
    const many = Array.from({ length: 40 }, (_, index) => `${index}`.padEnd(63, 's'));
    const another = `,"arn:aws:s3:::${many[0]}/*"`.length;

    for (let length = 1; length <= another; length++) {
      const policy = sessionPolicy({ ...use, stores: ['x'.repeat(length), ...many] });
      expect(policy.length).toBeLessThanOrEqual(2048);
      expect(policy.length + another).toBeGreaterThan(2048);
    }
  });

  test('names one store, though it does not fit', () => {
    const stores = ['x'.repeat(3000), 'y'];

    expect(statements({ stores })[0].NotResource).toEqual([`arn:aws:s3:::${stores[0]}/*`]);
  });

  test('keeps it out of the store when it has no artifacts', () => {
    expect(statements({})).toEqual([outside]);
  });

  test('lets it at its artifacts, and at no other', () => {
    const artifacts = [
      { bucket: 'store', key: 'web/Site/000000000000.zip' },
      { bucket: 'store', key: 'web/Tests/111111111111.zip' },
    ];

    expect(statements({ artifacts, configuration: { BucketName: 'store-of-others' } })).toEqual([
      outside,
      {
        Effect: 'Allow',
        Action: 's3:*',
        Resource: ['arn:aws:s3:::store/web/Site/000000000000.zip', 'arn:aws:s3:::store/web/Tests/111111111111.zip'],
      },
    ]);
  });

  test('lets it at the whole store when that is its own target', () => {
    const artifacts = [{ bucket: 'store', key: 'a.zip' }];

    expect(statements({ artifacts, configuration: { BucketName: 'store' } })[1].Resource).toEqual([
      'arn:aws:s3:::store/*',
    ]);
  });

  test('keeps it out of the stores of all Regions, and lets it at its artifacts in two', () => {
    const artifacts = [
      { bucket: 'store', key: 'web/Site/000000000000.zip' },
      { bucket: 'far', key: 'web/Site/000000000000.zip' },
    ];

    const [first, second] = statements({ stores: ['other', 'store', 'far'], artifacts });

    expect(first.NotResource).toEqual(['arn:aws:s3:::store/*', 'arn:aws:s3:::far/*', 'arn:aws:s3:::other/*']);
    expect(second.Resource).toEqual([
      'arn:aws:s3:::store/web/Site/000000000000.zip',
      'arn:aws:s3:::far/web/Site/000000000000.zip',
    ]);
  });

  test.each([{ ObjectKey: 'store' }, { EnvironmentVariables: 'store' }, { CustomData: 'store', BucketName: 'site' }])(
    'keeps it out of the store when only other texts, which a commit may have worded, say its name: %j',
    (configuration) => {
      expect(statements({ configuration })).toEqual([outside]);
    },
  );

  test('lets it at the whole store when that is its own source', () => {
    expect(statements({ configuration: { S3Bucket: 'store' } })[1].Resource).toEqual(['arn:aws:s3:::store/*']);
  });

  test('is in the partition of the stack', () => {
    expect(statements({ partition: 'aws-cn' })[0].NotResource).toEqual(['arn:aws-cn:s3:::store/*']);
  });

  test('is short enough for STS with the most and the longest artifacts', () => {
    const key = `${'p'.repeat(20)}/${'a'.repeat(10)}/${'0'.repeat(12)}.zip`;
    const bucket = 'b'.repeat(63);

    const policy = sessionPolicy({
      ...use,
      partition: 'aws-us-gov',
      stores: [...Array.from({ length: 30 }, (_, index) => `${index}`.padEnd(63, 's')), bucket],
      artifacts: Array(10).fill({ bucket, key }),
    });

    expect(policy.length).toBeLessThanOrEqual(2048);
    expect(JSON.parse(policy).Statement[0].NotResource[0]).toBe(`arn:aws-us-gov:s3:::${bucket}/*`);
  });
});
