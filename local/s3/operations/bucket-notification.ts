import { changeSettings, loadBucket } from '../buckets.ts';
import { notThere } from '../errors.ts';
import { emptyResponse, type Operation, xmlResponse } from '../operation.ts';
import { readDocument } from '../request.ts';
import { find, malformed, xmlDocument } from '../xml.ts';

/** GetBucketNotificationConfiguration. */
export const getBucketNotification: Operation = (s3, { bucket }) => {
  const { eventBridge } = loadBucket(s3, bucket).settings;
  const content = eventBridge ? '<EventBridgeConfiguration></EventBridgeConfiguration>' : '';
  return xmlResponse(xmlDocument('NotificationConfiguration', content));
};

/** PutBucketNotificationConfiguration: turns events to EventBridge on or off; other targets are refused. */
export const putBucketNotification: Operation = async (s3, request) => {
  const document = await readDocument(request);
  if (document?.name !== 'NotificationConfiguration') throw malformed();
  const other = document.children.find(({ name }) => name !== 'EventBridgeConfiguration');
  if (other) throw notThere(`notification target ${other.name}`);
  changeSettings(s3, request.bucket, { eventBridge: find(document, 'EventBridgeConfiguration') !== undefined });
  return emptyResponse();
};
