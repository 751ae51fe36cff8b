import { loadBucket, regionOf } from '../buckets.ts';
import { type Operation, xmlResponse } from '../operation.ts';
import { escapeXml, xmlDocument } from '../xml.ts';

/** GetBucketLocation: empty for us-east-1. */
export const getBucketLocation: Operation = (s3, { bucket }) => {
  const region = regionOf(s3, loadBucket(s3, bucket));
  return xmlResponse(xmlDocument('LocationConstraint', region === 'us-east-1' ? '' : escapeXml(region)));
};
