import type { ResourceHandler } from '../../service.ts';
import { changeSettings } from '../buckets.ts';
import { checkPolicy } from '../operations/bucket-policy.ts';
import type { S3State } from '../state.ts';
import { refuseOthers } from './properties.ts';

/** AWS::S3::BucketPolicy: what GetBucketPolicy answers. */
export function bucketPolicyHandler(s3: S3State): ResourceHandler {
  return (resource) => {
    const { Bucket, PolicyDocument, ...others } = resource.properties;
    refuseOthers(resource, others);
    changeSettings(s3, Bucket, { policy: checkPolicy(JSON.stringify(PolicyDocument)) });
    return { ref: Bucket, attributes: {} };
  };
}
