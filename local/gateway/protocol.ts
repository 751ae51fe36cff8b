import type { Incoming } from './incoming.ts';

/** How a client writes its requests, and so how it reads an error. */
export type Protocol = 's3' | 'json' | 'cbor' | 'query' | 'rest';

/** Tells a request's protocol by its service and headers; `service` may be unknown. */
export function protocolOf({ headers, query }: Incoming, service: string | undefined): Protocol {
  if (service === 's3') return 's3';
  if (headers['smithy-protocol'] === 'rpc-v2-cbor') return 'cbor';
  if (headers['x-amz-target'] !== undefined) return 'json';
  const form = headers['content-type']?.startsWith('application/x-www-form-urlencoded') ?? false;
  return form || /(^|&)Action=/.test(query) ? 'query' : 'rest';
}
