import type { ServiceError, ServiceResponse } from '../service.ts';
import { S3Error } from './errors.ts';
import { leaf } from './xml.ts';

/** The document of an error; a HEAD request gets the status alone. */
export function errorResponse(error: ServiceError, method: string, path: string, requestId: string): ServiceResponse {
  const headers = error instanceof S3Error ? error.headers : {};
  if (method === 'HEAD' || error.status === 304) return { status: error.status, headers };
  const members = Object.entries(error.members).map(([name, value]) => leaf(name, String(value)));
  const content = [leaf('Code', error.code), leaf('Message', error.message), ...members, leaf('Resource', path)];
  return {
    status: error.status,
    headers: { 'content-type': 'application/xml', ...headers },
    body: `<?xml version="1.0" encoding="UTF-8"?>\n<Error>${content.join('')}${leaf('RequestId', requestId)}</Error>`,
  };
}
