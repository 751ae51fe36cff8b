import { randomUUID } from 'node:crypto';
import { changeSettings, loadBucket } from '../buckets.ts';
import { S3Error } from '../errors.ts';
import { emptyResponse, type Operation, xmlResponse } from '../operation.ts';
import { readDocument } from '../request.ts';
import { all, type Element, malformed, textOf, writeXml, xmlDocument } from '../xml.ts';

/** GetBucketLifecycleConfiguration: the rules as they were put. */
export const getBucketLifecycle: Operation = (s3, { bucket }) => {
  const { lifecycle } = loadBucket(s3, bucket).settings;
  if (!lifecycle) {
    const message = 'The lifecycle configuration does not exist';
    throw new S3Error('NoSuchLifecycleConfiguration', message, 404, { BucketName: bucket });
  }
  const headers = { 'x-amz-transition-default-minimum-object-size': 'all_storage_classes_128K' };
  return xmlResponse(xmlDocument('LifecycleConfiguration', ...lifecycle.map(writeXml)), headers);
};

/** PutBucketLifecycleConfiguration: stored; on this machine nothing expires by it. */
export const putBucketLifecycle: Operation = async (s3, request) => {
  const document = await readDocument(request);
  if (document?.name !== 'LifecycleConfiguration') throw malformed();
  changeSettings(s3, request.bucket, { lifecycle: checkRules(all(document, 'Rule')) });
  return emptyResponse(200, { 'x-amz-transition-default-minimum-object-size': 'all_storage_classes_128K' });
};

/** DeleteBucketLifecycle. */
export const deleteBucketLifecycle: Operation = (s3, { bucket }) => {
  changeSettings(s3, bucket, { lifecycle: undefined });
  return emptyResponse(204);
};

/** Refuses rules that S3 would refuse for their shape; gives those without an id one. */
export function checkRules(rules: readonly Element[]): readonly Element[] {
  const actions = /^(Expiration|Transition|NoncurrentVersion(Expiration|Transition)|AbortIncompleteMultipartUpload)$/;
  if (rules.length === 0 || rules.length > 1000) throw malformed();
  for (const rule of rules) {
    const status = textOf(rule, 'Status');
    if (status !== 'Enabled' && status !== 'Disabled') throw malformed();
    if (!rule.children.some(({ name }) => actions.test(name))) throw malformed();
  }
  const ids = rules.map((rule) => textOf(rule, 'ID')).filter((id) => id !== undefined);
  if (new Set(ids).size < ids.length) throw new S3Error('InvalidArgument', 'Rule ID must be unique.');
  return rules.map((rule) => (textOf(rule, 'ID') ? rule : { ...rule, children: [newId(), ...rule.children] }));
}

function newId(): Element {
  return { name: 'ID', text: randomUUID(), children: [] };
}
