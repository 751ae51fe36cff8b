import { changeSettings, loadBucket, OWNERSHIPS } from '../buckets.ts';
import { S3Error } from '../errors.ts';
import { emptyResponse, type Operation, xmlResponse } from '../operation.ts';
import { readDocument } from '../request.ts';
import { element, leaf, malformed, textOf, xmlDocument } from '../xml.ts';

/** GetBucketOwnershipControls. */
export const getOwnershipControls: Operation = (s3, { bucket }) => {
  const { ownership } = loadBucket(s3, bucket).settings;
  if (!ownership) {
    const message = 'The bucket ownership controls were not found';
    throw new S3Error('OwnershipControlsNotFoundError', message, 404, { BucketName: bucket });
  }
  return xmlResponse(xmlDocument('OwnershipControls', element('Rule', leaf('ObjectOwnership', ownership))));
};

/** PutBucketOwnershipControls. */
export const putOwnershipControls: Operation = async (s3, request) => {
  const document = await readDocument(request);
  const name = textOf(document, 'Rule', 'ObjectOwnership');
  const ownership = OWNERSHIPS.find((known) => known === name);
  if (document?.name !== 'OwnershipControls' || !ownership) throw malformed();
  changeSettings(s3, request.bucket, { ownership });
  return emptyResponse();
};

/** DeleteBucketOwnershipControls: the bucket then takes ACLs of whoever writes. */
export const deleteOwnershipControls: Operation = (s3, { bucket }) => {
  changeSettings(s3, bucket, { ownership: undefined });
  return emptyResponse(204);
};
