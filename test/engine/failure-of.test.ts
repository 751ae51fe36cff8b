import { describe, expect, it } from 'vitest';
import { failureOf } from '../../functions/engine/failure-of.ts';
import { Failure } from '../../functions/engine/work.ts';

/** An error as the SDK throws it. */
function sdkError(name: string, more: { fault?: 'client' | 'server'; status?: number; service?: string } = {}): Error {
  const { fault, status, service } = more;
  return Object.assign(new Error('Why.'), {
    name,
    ...(fault ? { $fault: fault } : {}),
    ...(service ? { $service: service } : {}),
    $metadata: status === undefined ? {} : { httpStatusCode: status },
  });
}

describe('an error that an action met', () => {
  it('is what a provider says it is', () => {
    expect(failureOf(new Failure('RevisionUnavailable', 'It is gone.'))).toEqual({
      code: 'RevisionUnavailable',
      message: 'It is gone.',
    });
  });

  it.each([
    ['AccessDenied', {}],
    ['AccessDeniedException', { fault: 'client', status: 400 }],
    ['UnauthorizedOperation', {}],
    ['KMS.AccessDeniedException', {}],
    ['AllAccessDisabled', {}],
    ['AnyName', { status: 403 }],
  ] as const)('is a missing permission, in AWS’s words: %s', (name, more) => {
    expect(failureOf(sdkError(name, more))).toEqual({ code: 'PermissionError', message: 'Why.' });
  });

  it.each([
    [
      'ResourceNotFoundException',
      { fault: 'client', service: 'CodeBuild' },
      'CodeBuild: ResourceNotFoundException: Why.',
    ],
    ['NoSuchBucket', { status: 404 }, 'NoSuchBucket: Why.'],
  ] as const)('is a mistake of the configuration: %s', (name, more, message) => {
    expect(failureOf(sdkError(name, more))).toEqual({ code: 'ConfigurationError', message });
  });

  it.each([
    ['ThrottlingException', { fault: 'client', status: 400 }],
    ['TooManyRequestsException', { fault: 'client', status: 429 }],
    ['AnyName', { fault: 'client', status: 429 }],
    ['SlowDown', { status: 503 }],
    ['RequestTimeout', { fault: 'client', status: 400 }],
    ['ProvisionedThroughputExceededException', { fault: 'client', status: 400 }],
    ['InternalError', { fault: 'server', status: 500 }],
    ['AnyName', { fault: 'client', status: 500 }],
    ['Error', {}],
  ] as const)('passes, and is tried again: %s', (name, more) => {
    expect(failureOf(sdkError(name, more))).toBeUndefined();
  });

  it.each([undefined, null, 'text', 1])('that is none is tried again: %s', (error) => {
    expect(failureOf(error)).toBeUndefined();
  });
});
