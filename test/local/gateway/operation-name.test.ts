import { describe, expect, it } from 'vitest';
import { operationName } from '../../../local/gateway/operation-name.ts';
import { protocolOf } from '../../../local/gateway/protocol.ts';

describe('the name of an operation', () => {
  it.each([
    ['GET /', 'ListBuckets'],
    ['PUT /b', 'CreateBucket'],
    ['HEAD /b/', 'HeadBucket'],
    ['GET /b?list-type=2&prefix=p', 'ListObjectsV2'],
    ['GET /b?prefix=p', 'ListObjects'],
    ['GET /b?versions', 'ListObjectVersions'],
    ['GET /b?versioning', 'GetBucketVersioning'],
    ['PUT /b?lifecycle', 'PutBucketLifecycleConfiguration'],
    ['POST /b?delete', 'DeleteObjects'],
    ['PUT /b/k', 'PutObject'],
    ['GET /b/k/l?versionId=1', 'GetObject'],
    ['HEAD /b/k', 'HeadObject'],
    ['DELETE /b/k', 'DeleteObject'],
    ['PUT /b/k?tagging', 'PutObjectTagging'],
    ['POST /b/k?uploads', 'CreateMultipartUpload'],
    ['PUT /b/k?partNumber=1&uploadId=u', 'UploadPart'],
    ['POST /b/k?uploadId=u', 'CompleteMultipartUpload'],
    ['DELETE /b/k?uploadId=u', 'AbortMultipartUpload'],
    ['GET /b/k?uploadId=u', 'ListParts'],
  ])('of S3 %s is %s', (line, expected) => {
    expect(nameOf('s3', line, {})).toBe(expected);
  });

  it.each([
    ['PUT /b/k', 'CopyObject'],
    ['PUT /b/k?partNumber=1&uploadId=u', 'UploadPartCopy'],
  ])('of S3 %s with a source to copy is %s', (line, expected) => {
    expect(nameOf('s3', line, { 'x-amz-copy-source': '/b/other' })).toBe(expected);
  });

  it.each([
    ['lambda', 'POST /2015-03-31/functions/arn%3Aaws%3Alambda/invocations', {}, 'Invoke'],
    ['lambda', 'PATCH /unheard-of', {}, 'PATCH /unheard-of'],
    ['scheduler', 'PUT /schedules/s', {}, 'UpdateSchedule'],
    ['dynamodb', 'POST /', { 'x-amz-target': 'DynamoDB_20120810.PutItem' }, 'PutItem'],
    ['monitoring', 'POST /service/X/operation/PutMetricData', { 'smithy-protocol': 'rpc-v2-cbor' }, 'PutMetricData'],
    ['sts', 'GET /?Version=1&Action=AssumeRole', {}, 'AssumeRole'],
    ['sns', 'POST /', { 'content-type': 'application/x-www-form-urlencoded' }, 'Publish'],
  ])('of %s %s is that of its protocol', (service, line, headers, expected) => {
    expect(nameOf(service, line, headers)).toBe(expected);
  });
});

function nameOf(service: string, line: string, headers: Record<string, string>): string {
  const [method = '', target = ''] = line.split(' ');
  const [path = '', query = ''] = target.split('?');
  const request = { method, path, query, headers, rawHeaders: [] };
  return operationName(request, protocolOf(request, service), service, Buffer.from('Message=x&Action=Publish'));
}
