import type { ServiceResponse } from '../service.ts';
import type { Cause } from './events.ts';
import type { S3Request } from './request.ts';
import type { S3State } from './state.ts';

/** An operation of S3's API. It throws an S3Error to refuse. */
export type Operation = (s3: S3State, request: S3Request) => ServiceResponse | Promise<ServiceResponse>;

/** An answer that is a document. */
export function xmlResponse(body: string, headers: Readonly<Record<string, string>> = {}): ServiceResponse {
  return { status: 200, headers: { 'content-type': 'application/xml', ...headers }, body };
}

/** An answer without a body. */
export function emptyResponse(status = 200, headers: Readonly<Record<string, string>> = {}): ServiceResponse {
  return { status, headers };
}

/** Who asked, for the events of a change. */
export function causeOf({ requestId, caller }: S3Request): Cause {
  return { requestId, requester: caller.account };
}
