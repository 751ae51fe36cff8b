import { loadBucket } from '../buckets.ts';
import { type Operation, xmlResponse } from '../operation.ts';
import { accessControl } from '../owner.ts';
import { versionIdOf } from '../request.ts';
import { versionHeader } from '../serve.ts';
import { loadVersion } from '../versions.ts';
import { xmlDocument } from '../xml.ts';

/** GetBucketAcl: the owner alone; buckets here have no other list. */
export const getBucketAcl: Operation = (s3, { bucket }) => {
  loadBucket(s3, bucket);
  return xmlResponse(xmlDocument('AccessControlPolicy', accessControl(s3.context, 'private')));
};

/** GetObjectAcl: the owner, and what the canned ACL of the put added; the owner alone where ACLs do not count. */
export const getObjectAcl: Operation = (s3, request) => {
  const { bucket: name, key } = request;
  const bucket = loadBucket(s3, name);
  const version = loadVersion(s3, bucket, key, versionIdOf(request));
  const acl = bucket.settings.ownership === 'BucketOwnerEnforced' ? 'private' : version.facts.acl;
  return xmlResponse(
    xmlDocument('AccessControlPolicy', accessControl(s3.context, acl)),
    versionHeader(bucket, version.id),
  );
};
