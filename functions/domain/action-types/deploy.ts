import type { ActionType } from '../action-type.ts';

/** The canned ACLs that an S3 deploy may set (action reference of the S3 deploy action). */
export const cannedAcls = [
  'private',
  'public-read',
  'public-read-write',
  'authenticated-read',
  'aws-exec-read',
  'bucket-owner-read',
  'bucket-owner-full-control',
] as const;

/** Deploy/AWS/S3/1: an artifact, or the files in it, into a bucket. */
export const s3Deploy: ActionType = {
  id: { category: 'Deploy', owner: 'AWS', provider: 'S3', version: '1' },
  class: 's3',
  properties: [
    { name: 'BucketName', required: true, description: 'The bucket to deploy to.' },
    {
      name: 'Extract',
      required: true,
      description: 'true: each file of the artifact; false: the artifact as it is.',
      values: ['true', 'false'],
    },
    {
      name: 'ObjectKey',
      required: false,
      description: 'The key, or with Extract the folder. {datetime} and {uuid} are replaced.',
    },
    { name: 'CannedACL', required: false, description: 'The canned ACL of what is deployed.', values: cannedAcls },
    { name: 'CacheControl', required: false, description: 'The Cache-Control header of what is deployed.' },
    { name: 'KMSEncryptionKeyARN', required: false, description: 'The key that encrypts what is deployed.' },
  ],
  inputArtifacts: { minimum: 1, maximum: 1 },
  outputArtifacts: { minimum: 0, maximum: 0 },
  timeoutInMinutes: 90,
};
