import { changeSettings, type Encryption, INITIAL_SETTINGS, loadBucket } from '../buckets.ts';
import { checkEncryption } from '../facts.ts';
import { emptyResponse, type Operation, xmlResponse } from '../operation.ts';
import { readDocument } from '../request.ts';
import { type Element, element, find, leaf, malformed, textOf, xmlDocument } from '../xml.ts';

/** GetBucketEncryption: AES256 when nothing else was put. */
export const getBucketEncryption: Operation = (s3, { bucket }) => {
  const { algorithm, keyId, bucketKey } = loadBucket(s3, bucket).settings.encryption;
  const byDefault = element(
    'ApplyServerSideEncryptionByDefault',
    leaf('SSEAlgorithm', algorithm),
    leaf('KMSMasterKeyID', keyId),
  );
  const rule = element('Rule', byDefault, leaf('BucketKeyEnabled', bucketKey ?? false));
  return xmlResponse(xmlDocument('ServerSideEncryptionConfiguration', rule));
};

/** PutBucketEncryption: what objects are recorded with when their request says nothing. */
export const putBucketEncryption: Operation = async (s3, request) => {
  const encryption = readEncryption(await readDocument(request));
  changeSettings(s3, request.bucket, { encryption });
  return emptyResponse();
};

/** DeleteBucketEncryption: back to AES256. */
export const deleteBucketEncryption: Operation = (s3, { bucket }) => {
  changeSettings(s3, bucket, { encryption: INITIAL_SETTINGS.encryption });
  return emptyResponse(204);
};

function readEncryption(document: Element | undefined): Encryption {
  const rule = find(document, 'Rule');
  const algorithm = textOf(rule, 'ApplyServerSideEncryptionByDefault', 'SSEAlgorithm');
  if (document?.name !== 'ServerSideEncryptionConfiguration' || algorithm === undefined) throw malformed();
  const keyId = textOf(rule, 'ApplyServerSideEncryptionByDefault', 'KMSMasterKeyID');
  const bucketKey = textOf(rule, 'BucketKeyEnabled');
  return checkEncryption({
    algorithm,
    ...(keyId === undefined ? {} : { keyId }),
    ...(bucketKey === undefined ? {} : { bucketKey: bucketKey === 'true' }),
  });
}
