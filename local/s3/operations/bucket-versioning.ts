import { changeSettings, loadBucket } from '../buckets.ts';
import { notThere, S3Error } from '../errors.ts';
import { emptyResponse, type Operation, xmlResponse } from '../operation.ts';
import { readDocument } from '../request.ts';
import { leaf, malformed, textOf, xmlDocument } from '../xml.ts';

/** GetBucketVersioning: empty when it was never configured. */
export const getBucketVersioning: Operation = (s3, { bucket }) => {
  const { versioning } = loadBucket(s3, bucket).settings;
  return xmlResponse(xmlDocument('VersioningConfiguration', leaf('Status', versioning)));
};

/** PutBucketVersioning: Enabled or Suspended. */
export const putBucketVersioning: Operation = async (s3, request) => {
  const document = await readDocument(request);
  if (document?.name !== 'VersioningConfiguration') throw malformed();
  if (textOf(document, 'MfaDelete') === 'Enabled') throw notThere('MFA delete');
  const versioning = textOf(document, 'Status');
  if (versioning !== 'Enabled' && versioning !== 'Suspended') {
    throw new S3Error('IllegalVersioningConfigurationException', 'The Versioning element must be specified');
  }
  changeSettings(s3, request.bucket, { versioning });
  return emptyResponse();
};
