import { changeSettings, loadBucket, PUBLIC_ACCESS_BLOCKS, type PublicAccessBlock } from '../buckets.ts';
import { S3Error } from '../errors.ts';
import { emptyResponse, type Operation, xmlResponse } from '../operation.ts';
import { readDocument } from '../request.ts';
import { leaf, malformed, textOf, xmlDocument } from '../xml.ts';

/** GetPublicAccessBlock. */
export const getPublicAccessBlock: Operation = (s3, { bucket }) => {
  const { publicAccessBlock } = loadBucket(s3, bucket).settings;
  if (!publicAccessBlock) {
    const message = 'The public access block configuration was not found';
    throw new S3Error('NoSuchPublicAccessBlockConfiguration', message, 404, { BucketName: bucket });
  }
  const leaves = PUBLIC_ACCESS_BLOCKS.map((name) => leaf(name, publicAccessBlock[name]));
  return xmlResponse(xmlDocument('PublicAccessBlockConfiguration', ...leaves));
};

/** PutPublicAccessBlock: what is absent is false. */
export const putPublicAccessBlock: Operation = async (s3, request) => {
  const document = await readDocument(request);
  if (document?.name !== 'PublicAccessBlockConfiguration') throw malformed();
  const publicAccessBlock = Object.fromEntries(
    PUBLIC_ACCESS_BLOCKS.map((name) => [name, textOf(document, name)?.toLowerCase() === 'true']),
  ) as PublicAccessBlock;
  changeSettings(s3, request.bucket, { publicAccessBlock });
  return emptyResponse();
};

/** DeletePublicAccessBlock. */
export const deletePublicAccessBlock: Operation = (s3, { bucket }) => {
  changeSettings(s3, bucket, { publicAccessBlock: undefined });
  return emptyResponse(204);
};
