import type { Artifact } from './action.ts';

type Place = Pick<Artifact, 'bucket' | 'key'>;

/** What the worker of a job may do with the pipeline's role. */
export interface JobUse {
  readonly partition: string;
  readonly region: string;
  readonly inputs: readonly Place[];
  readonly outputs: readonly Place[];
}

/**
 * The session policy of a worker, who is not Sluice: of all that the pipeline's role may do it keeps reading the job's inputs, writing
 * its outputs and, through S3 alone, the use of their keys. At most 2,048 characters, as STS wants (AssumeRole, Policy).
 */
export function jobSessionPolicy({ partition, region, inputs, outputs }: JobUse): string {
  const arns = (places: readonly Place[]) => places.map(({ bucket, key }) => `arn:${partition}:s3:::${bucket}/${key}`);
  const suffix = partition === 'aws-cn' ? 'amazonaws.com.cn' : 'amazonaws.com';
  return JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Action: ['kms:Decrypt', 'kms:GenerateDataKey'],
        Resource: '*',
        Condition: { StringEquals: { 'kms:ViaService': `s3.${region}.${suffix}` } },
      },
      ...allow(['s3:GetObject', 's3:GetObjectVersion'], arns(inputs)),
      ...allow(['s3:PutObject', 's3:GetObject', 's3:AbortMultipartUpload'], arns(outputs)),
    ],
  });
}

function allow(Action: readonly string[], Resource: readonly string[]): readonly object[] {
  return Resource.length > 0 ? [{ Effect: 'Allow', Action, Resource }] : [];
}
