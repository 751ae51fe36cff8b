import { ServiceError, type ServiceResponse } from '../service.ts';
import { errorResponse } from './error-response.ts';
import type { Denial } from './options.ts';
import type { Protocol } from './protocol.ts';

/** A denied call in the words of its service: each has a code of its own, and some another one when it is the key that they may not use. */
export function denialError(service: string, protocol: Protocol, { action, message }: Denial): ServiceError {
  const isKey = action.startsWith('kms:');
  if (service === 'sns')
    return new ServiceError(isKey ? 'KMSAccessDenied' : 'AuthorizationError', message, isKey ? 400 : 403);
  if (service === 'sqs')
    return new ServiceError(isKey ? 'KMS.AccessDeniedException' : 'AccessDenied', message, isKey ? 400 : 403);
  if (service === 'secretsmanager' && isKey)
    return new ServiceError('AccessDeniedException', 'Access to KMS is not allowed');
  switch (protocol) {
    case 'json':
    case 'cbor':
      return new ServiceError('AccessDeniedException', message);
    case 'rest':
      return new ServiceError('AccessDeniedException', message, 403);
    case 'query':
    case 's3':
      return new ServiceError('AccessDenied', message, 403);
  }
}

/** The answer to a denied call. API Gateway tells nothing of why. */
export function denialResponse(
  service: string,
  protocol: Protocol,
  denial: Denial,
  requestId: string,
  contentType: string | undefined,
): ServiceResponse {
  if (service === 'execute-api' || service === 'codepipeline') {
    return { status: 403, headers: { 'content-type': 'application/json' }, body: '{"message":"Forbidden"}' };
  }
  const error = denialError(service, protocol, denial);
  const response = errorResponse(error, protocol, requestId, contentType);
  if (service !== 'sqs') return response;
  return { ...response, headers: { ...response.headers, 'x-amzn-query-error': `${error.code};Sender` } };
}
