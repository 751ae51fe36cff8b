import type { WireResponse } from './wire.ts';

/** What may happen to one call, in the order in which the matrix tries them. */
export const faults = ['crash before', 'crash after', 'timed out', 'throttled', 'twice'] as const;

/**
 * `crash before`, `crash after`: whoever calls dies before the call is made, or when it was done. `timed out`: it is done, and whoever calls is
 * told that it failed. `throttled`: it is refused, and so are the SDK's tries again. `twice`: it is done twice, as by a try again after a lost
 * answer; the second answer is the one that comes.
 *
 * Of an invocation: the function is not reached; it runs, and its answer is lost; it runs on while its caller takes it for failed; its caller is
 * told TooManyRequestsException; it runs twice with the same event.
 */
export type Fault = (typeof faults)[number];

const json = (type: string, status = 400) => ({
  status,
  headers: { 'content-type': 'application/json', 'x-amzn-errortype': type },
  body: Buffer.from(JSON.stringify({ __type: type, message: 'Rate exceeded' })),
});

const xml = (status: number, text: string) => ({
  status,
  headers: { 'content-type': 'text/xml' },
  body: Buffer.from(text),
});

/** How a service refuses who asks too often. */
export function throttled(service: string): WireResponse {
  switch (service) {
    case 's3':
      return xml(503, '<Error><Code>SlowDown</Code><Message>Reduce your request rate.</Message></Error>');
    case 'sns':
    case 'sts':
      return xml(
        400,
        '<ErrorResponse><Error><Type>Sender</Type><Code>Throttling</Code><Message>Rate exceeded</Message></Error></ErrorResponse>',
      );
    case 'lambda':
      return json('TooManyRequestsException', 429);
    default:
      return json('ThrottlingException');
  }
}

/** What a client's socket says when an answer does not come. */
export function broken(): Error {
  return Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' });
}
