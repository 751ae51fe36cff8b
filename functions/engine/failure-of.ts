import type { FailureCode } from '../domain/action.ts';
import { Failure } from './work.ts';

const denied = [
  'AccessDenied',
  'AccessDeniedException',
  'UnauthorizedOperation',
  'KMS.AccessDeniedException',
  'AllAccessDisabled',
];
const passing =
  /Throttl|TooManyRequests|SlowDown|RequestLimitExceeded|ProvisionedThroughput|Timeout|ServiceUnavailable|InternalError/;

/**
 * What an error says of the action: undefined for a fault, which is tried again. AWS's own refusals name principal, call and
 * resource: they reach the reader as they are.
 */
export function failureOf(error: unknown): { readonly code: FailureCode; readonly message: string } | undefined {
  if (error instanceof Failure) return { code: error.code, message: error.message };
  if (!(error instanceof Error)) return undefined;
  const { $fault, $metadata, $service } = error as Error & {
    $fault?: string;
    $service?: string;
    $metadata?: { httpStatusCode?: number };
  };
  if (denied.includes(error.name) || $metadata?.httpStatusCode === 403)
    return { code: 'PermissionError', message: error.message || error.name };
  const client = $fault === 'client' || ($metadata?.httpStatusCode ?? 0) >= 400;
  if (
    !client ||
    $metadata?.httpStatusCode === 429 ||
    ($metadata?.httpStatusCode ?? 0) >= 500 ||
    passing.test(error.name)
  )
    return undefined;
  return { code: 'ConfigurationError', message: `${$service ? `${$service}: ` : ''}${error.name}: ${error.message}` };
}
