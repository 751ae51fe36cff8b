import { describe, expect, it } from 'vitest';
import { type JobUse, jobSessionPolicy } from '../../functions/domain/job-session-policy.ts';

const use: JobUse = { partition: 'aws', region: 'eu-west-1', inputs: [], outputs: [] };
const statements = (more: Partial<JobUse>) => JSON.parse(jobSessionPolicy({ ...use, ...more })).Statement;
const keysThrough = (service: string) => ({
  Effect: 'Allow',
  Action: ['kms:Decrypt', 'kms:GenerateDataKey'],
  Resource: '*',
  Condition: { StringEquals: { 'kms:ViaService': service } },
});

describe('the session policy of a worker', () => {
  it('is a policy of today', () => {
    expect(JSON.parse(jobSessionPolicy(use)).Version).toBe('2012-10-17');
  });

  it('allows nothing of S3 when the job has no artifacts, and keys through S3 alone', () => {
    expect(statements({})).toEqual([keysThrough('s3.eu-west-1.amazonaws.com')]);
  });

  it('lets it read its inputs and write its outputs, and nothing else', () => {
    const inputs = [{ bucket: 'store', key: 'web/Source/0.zip' }];
    const outputs = [{ bucket: 'store', key: 'web/Package/1.zip' }];

    expect(statements({ inputs, outputs }).slice(1)).toEqual([
      {
        Effect: 'Allow',
        Action: ['s3:GetObject', 's3:GetObjectVersion'],
        Resource: ['arn:aws:s3:::store/web/Source/0.zip'],
      },
      {
        Effect: 'Allow',
        Action: ['s3:PutObject', 's3:GetObject', 's3:AbortMultipartUpload'],
        Resource: ['arn:aws:s3:::store/web/Package/1.zip'],
      },
    ]);
  });

  it('is in the partition of the stack', () => {
    const found = statements({ partition: 'aws-cn', region: 'cn-north-1', inputs: [{ bucket: 'b', key: 'k' }] });

    expect(found[0]).toEqual(keysThrough('s3.cn-north-1.amazonaws.com.cn'));
    expect(found[1].Resource).toEqual(['arn:aws-cn:s3:::b/k']);
  });

  it('is short enough for STS with the most and the longest artifacts', () => {
    const key = `${'p'.repeat(20)}/${'a'.repeat(10)}/${'0'.repeat(12)}.zip`;
    const five = Array(5).fill({ bucket: 'b'.repeat(63), key });

    const policy = jobSessionPolicy({ partition: 'aws-us-gov', region: 'us-gov-west-1', inputs: five, outputs: five });

    expect(policy.length).toBeLessThanOrEqual(2048);
  });
});
