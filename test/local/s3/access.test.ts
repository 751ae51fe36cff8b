import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { TurnableClock } from '../../../local/clock.ts';
import { judgedOperations } from '../../../local/s3/access.ts';
import { operations } from '../../../local/s3/route.ts';
import { openS3, type S3Service } from '../../../local/s3/s3.ts';
import { type Resource, ServiceError, type ServiceRequest } from '../../../local/service.ts';
import { call, root } from '../access-call.ts';

const place = { account: '000000000000', region: 'us-east-1', partition: 'aws', endpoint: 'http://127.0.0.1:1' };
const dir = mkdtempSync(join(tmpdir(), 'sluice-s3-access-'));
const clock = new TurnableClock();
const key = 'arn:aws:kms:us-east-1:000000000000:key/k';
const policy = {
  Version: '2012-10-17',
  Statement: [{ Effect: 'Deny', Principal: '*', Action: 's3:*', Resource: '*' }],
};
let s3: S3Service;

async function request(given: Partial<Omit<ServiceRequest, 'body'>> & { body?: string }) {
  const body = Readable.from([Buffer.from(given.body ?? '')]);
  const rest = { method: 'GET', path: '/', query: new URLSearchParams(), caller: root, requestId: 'r' };
  const headers = { 'content-length': String(given.body?.length ?? 0), ...given.headers };
  const { status, body: answered } = await s3.handle({ ...rest, ...given, headers, body });
  return { status, text: String(answered ?? '') };
}

beforeAll(async () => {
  s3 = openS3({ ...place, dir, clock }, { emit: () => {} });
  const make = async (type: string, properties: object) =>
    s3.resources[type]?.({ type, logicalId: 'B', name: 'b', properties } as Resource);
  const rule = { ServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms', KMSMasterKeyID: key } };
  const encrypted = { ServerSideEncryptionConfiguration: [{ ...rule, BucketKeyEnabled: true }] };
  await make('AWS::S3::Bucket', { BucketName: 'plain' });
  await make('AWS::S3::Bucket', { BucketName: 'secret', BucketEncryption: encrypted });
  await make('AWS::S3::BucketPolicy', { Bucket: 'secret', PolicyDocument: policy });
  await request({ method: 'PUT', path: '/plain/there', body: 'x' });
  await request({ method: 'PUT', path: '/secret/there', body: 'x' });
  await request({ method: 'PUT', path: '/plain/tagged', body: 'x', headers: { 'x-amz-tagging': 'a=b' } });
});
afterAll(async () => {
  await s3.close();
  clock.close();
  rmSync(dir, { recursive: true });
});

function asked(line: string, headers: Record<string, string> = {}): readonly string[] {
  const [method = '', target = ''] = line.split(' ');
  const [path = '', query = ''] = target.split('?');
  return s3
    .access(call({ method, path, query, headers }))
    .map(({ action, resource }) => `${action} ${resource.replace('arn:aws:s3:::', '')}`);
}

test.each<[string, readonly string[], Record<string, string>?]>([
  ['GET /', ['s3:ListAllMyBuckets *']],
  ['GET /plain', ['s3:ListBucket plain']],
  ['GET /plain?list-type=2', ['s3:ListBucket plain']],
  ['HEAD /plain', ['s3:ListBucket plain']],
  ['GET /plain?versions', ['s3:ListBucketVersions plain']],
  ['GET /plain?uploads', ['s3:ListBucketMultipartUploads plain']],
  ['PUT /plain?encryption', ['s3:PutEncryptionConfiguration plain']],
  ['DELETE /plain?policy', ['s3:DeleteBucketPolicy plain']],
  ['GET /plain/there', ['s3:GetObject plain/there']],
  ['HEAD /plain/there', ['s3:GetObject plain/there']],
  ['GET /plain/there?versionId=null', ['s3:GetObjectVersion plain/there']],
  ['GET /secret/there', ['s3:GetObject secret/there', `kms:Decrypt ${key}`]],
  ['GET /plain/missing', ['s3:GetObject plain/missing', 's3:ListBucket plain']],
  ['GET /plain/there?versionId=x', ['s3:GetObjectVersion plain/there', 's3:ListBucketVersions plain']],
  ['GET /plain/a%2Fb%20c', ['s3:GetObject plain/a/b c', 's3:ListBucket plain']],
  ['GET /nowhere/k', ['s3:GetObject nowhere/k']],
  ['PUT /plain/new', ['s3:PutObject plain/new']],
  ['PUT /secret/new', ['s3:PutObject secret/new', `kms:GenerateDataKey ${key}`]],
  [
    'PUT /plain/new',
    ['s3:PutObject plain/new', 's3:PutObjectTagging plain/new', 's3:PutObjectAcl plain/new'],
    { 'x-amz-tagging': 'a=b', 'x-amz-acl': 'private' },
  ],
  [
    'PUT /secret/new',
    ['s3:PutObject secret/new', 'kms:GenerateDataKey other'],
    { 'x-amz-server-side-encryption': 'aws:kms', 'x-amz-server-side-encryption-aws-kms-key-id': 'other' },
  ],
  ['PUT /secret/new', ['s3:PutObject secret/new'], { 'x-amz-server-side-encryption': 'AES256' }],
  [
    'PUT /plain/copy',
    ['s3:GetObject secret/there', `kms:Decrypt ${key}`, 's3:PutObject plain/copy'],
    { 'x-amz-copy-source': '/secret/there' },
  ],
  [
    'PUT /plain/copy',
    ['s3:GetObjectVersion plain/tagged', 's3:GetObjectVersionTagging plain/tagged', 's3:PutObject plain/copy'],
    { 'x-amz-copy-source': 'plain/tagged?versionId=null' },
  ],
  ['DELETE /plain/there', ['s3:DeleteObject plain/there']],
  ['DELETE /plain/there?versionId=null', ['s3:DeleteObjectVersion plain/there']],
  ['POST /plain/big?uploads', ['s3:PutObject plain/big']],
  ['PUT /plain/big?uploadId=u&partNumber=1', ['s3:PutObject plain/big']],
  ['DELETE /plain/big?uploadId=u', ['s3:AbortMultipartUpload plain/big']],
  ['GET /plain/big?uploadId=u', ['s3:ListMultipartUploadParts plain/big']],
  ['GET /plain/there?tagging', ['s3:GetObjectTagging plain/there']],
  ['GET /plain/there?attributes', ['s3:GetObject plain/there', 's3:GetObjectAttributes plain/there']],
])('%s asks for %j', (line, wanted, headers) => {
  expect(asked(line, headers)).toEqual(wanted);
});

test('an upload in parts asks to decrypt with the key that it was begun with', async () => {
  const { text } = await request({ method: 'POST', path: '/secret/big', query: new URLSearchParams('uploads') });
  const id = /<UploadId>(.+)<\/UploadId>/.exec(text)?.[1];

  expect(asked('POST /secret/big?uploads')).toEqual(['s3:PutObject secret/big', `kms:GenerateDataKey ${key}`]);
  expect(asked(`PUT /secret/big?uploadId=${id}&partNumber=1`)).toEqual([
    's3:PutObject secret/big',
    `kms:Decrypt ${key}`,
  ]);
});

test('a write tells its encryption, tags and bucket policy', () => {
  const headers = { 'x-amz-server-side-encryption': 'aws:kms', 'x-amz-tagging': 'team=red' };

  const [put] = s3.access(call({ method: 'PUT', path: '/secret/new', headers }));
  const [, generate] = s3.access(call({ method: 'PUT', path: '/secret/new' }));

  expect(put?.policy).toBe(JSON.stringify(policy));
  expect(put?.context).toEqual({
    's3:x-amz-server-side-encryption': 'aws:kms',
    's3:RequestObjectTag/team': 'red',
    's3:RequestObjectTagKeys': ['team'],
  });
  expect(generate?.context).toMatchObject({
    'kms:ViaService': 's3.us-east-1.amazonaws.com',
    'kms:EncryptionContext:aws:s3:arn': 'arn:aws:s3:::secret',
  });
});

test('a list tells what the query asks for, and nothing else', () => {
  const [listed] = s3.access(call({ method: 'GET', path: '/plain', query: 'list-type=2&prefix=a/&max-keys=5' }));

  expect(listed?.context).toEqual({ 's3:prefix': 'a/', 's3:max-keys': '5' });
});

test('of several objects, those that the caller may not delete stay and are told', async () => {
  await request({ method: 'PUT', path: '/plain/kept', body: 'x' });
  await request({ method: 'PUT', path: '/plain/gone', body: 'x' });
  const body = '<Delete><Object><Key>kept</Key></Object><Object><Key>gone</Key></Object></Delete>';

  const { text } = await request({
    method: 'POST',
    path: '/plain',
    query: new URLSearchParams('delete'),
    body,
    refusalOf: ({ resource }) =>
      resource.endsWith('/kept') ? new ServiceError('AccessDenied', 'not you', 403) : undefined,
  });

  expect(text).toContain('<Error><Key>kept</Key><Code>AccessDenied</Code><Message>not you</Message></Error>');
  expect(text).toContain('<Deleted><Key>gone</Key></Deleted>');
  expect((await request({ path: '/plain/kept' })).status).toBe(200);
  expect((await request({ path: '/plain/gone' })).status).toBe(404);
});

test('every operation that S3 has is judged', () => {
  expect([...operations].filter((operation) => !judgedOperations.has(operation))).toEqual([]);
});
