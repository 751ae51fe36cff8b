import { loadBucket } from '../buckets.ts';
import { type Operation, xmlResponse } from '../operation.ts';
import { escapeXml, xmlDocument } from '../xml.ts';

/** GetBucketLocation: empty for us-east-1. */
export const getBucketLocation: Operation = (s3, { bucket }) => {
  loadBucket(s3, bucket);
  const { region } = s3.context;
  return xmlResponse(xmlDocument('LocationConstraint', region === 'us-east-1' ? '' : escapeXml(region)));
};
