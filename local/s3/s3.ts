import { join } from 'node:path';
import { Readable } from 'node:stream';
import type { AccessRequest } from '../access.ts';
import type { Ports } from '../ports.ts';
import {
  type Service,
  ServiceError,
  type ServiceRequest,
  type ServiceResponse,
  type StackContext,
} from '../service.ts';
import { accessOf } from './access.ts';
import { puttingOf } from './access-to-bucket.ts';
import { openBlobs } from './blobs.ts';
import { findBucket, loadBucket, regionOf } from './buckets.ts';
import { errorResponse } from './error-response.ts';
import { S3Error } from './errors.ts';
import { factsFrom } from './facts.ts';
import type { Operation } from './operation.ts';
import { createBucketOperation } from './operations/create-bucket.ts';
import { getBucketLocation } from './operations/get-bucket-location.ts';
import { openOutbox } from './outbox.ts';
import { openPayload } from './payload.ts';
import { readRequest, type S3Request } from './request.ts';
import { bucketHandler } from './resources/bucket.ts';
import { bucketPolicyHandler } from './resources/bucket-policy.ts';
import { routeOf } from './route.ts';
import type { S3State } from './state.ts';
import { isFileNamed, openTables } from './tables.ts';
import { serveWebsite, type WebsiteRequest } from './website.ts';
import { writeObject } from './writing.ts';

/** S3 for clients, for the stack's other services, and, for browsers, the websites of its buckets. */
export type S3Service = Service &
  Pick<Ports, 'putObject'> & {
    /** What a write of another service asks for. */
    accessToPut(bucket: string, key: string): readonly AccessRequest[];
    /** Answers `/<bucket>/<key>` of a bucket with a website configuration; 404 for every other. */
    website(request: WebsiteRequest): Promise<ServiceResponse>;
  };

/**
 * Opens S3 over `<dir>/s3/`: metadata in `s3.db`, bytes in files below `objects/`. One process at a time may have it open.
 * REST XML, path-style addresses only.
 */
export function openS3(context: StackContext, ports: Pick<Ports, 'emit'>): S3Service {
  const folder = join(context.dir, 's3');
  const tables = openTables(join(folder, 's3.db'));
  const blobs = openBlobs(folder, (file) => isFileNamed(tables, file));
  const outbox = openOutbox(tables, (event) => ports.emit(event));
  const s3: S3State = { context, tables, blobs, outbox };
  return {
    signingName: 's3',
    resources: { 'AWS::S3::Bucket': bucketHandler(s3), 'AWS::S3::BucketPolicy': bucketPolicyHandler(s3) },
    access: accessOf(s3),
    accessToPut: (bucket, key) => puttingOf(s3, bucket, key),
    handle: (request) => handle(s3, request),
    website: async (request) => serveWebsite(s3, request),
    putObject: (bucket, key, body) => putObject(s3, bucket, key, body),
    start: () => outbox.start(),
    close: () => tables.close(),
  };
}

async function handle(s3: S3State, request: ServiceRequest): Promise<ServiceResponse> {
  const { method, path, requestId } = request;
  try {
    const read = readRequest(request);
    for (const name of ['x-amz-expected-bucket-owner', 'x-amz-source-expected-bucket-owner']) {
      const owner = read.headers.get(name) ?? s3.context.account;
      if (owner !== s3.context.account) throw new S3Error('AccessDenied', 'Access Denied', 403);
    }
    const operation = routeOf(read);
    if (!anywhere.has(operation)) checkRegion(s3, read);
    const response = await operation(s3, read);
    return { ...response, headers: { 'x-amz-request-id': requestId, ...response.headers } };
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error;
    const response = errorResponse(error, method, path, requestId);
    return { ...response, headers: { 'x-amz-request-id': requestId, ...response.headers } };
  }
}

/** What may be asked in any Region. */
const anywhere: ReadonlySet<Operation> = new Set([createBucketOperation, getBucketLocation]);

/** A bucket is reached in its own Region alone (S3 User Guide, "Making requests"); only the origin of a copy may be in any. */
function checkRegion(s3: S3State, { bucket: name, region = s3.context.region }: S3Request): void {
  const bucket = findBucket(s3, name);
  const there = regionOf(s3, bucket);
  if (bucket === undefined || there === region) return;
  const message = `The bucket you are attempting to access must be addressed using the specified endpoint: it is in ${there}, and the request is for ${region}.`;
  throw new S3Error('PermanentRedirect', message, 301, { Bucket: name }, { 'x-amz-bucket-region': there });
}

async function putObject(s3: S3State, bucket: string, key: string, body: string): Promise<void> {
  const facts = factsFrom(new Map(), loadBucket(s3, bucket));
  const payload = openPayload({ headers: new Map(), body: Readable.from([Buffer.from(body)]) });
  const cause = { requestId: '', requester: s3.context.account };
  await writeObject(s3, { bucket, key, headers: new Map(), cause }, payload, facts);
}
