import { Refusal } from '../../domain/refusal.ts';
import type { Protocol } from '../protocol.ts';

const headers = { 'content-type': 'application/x-amz-json-1.1' };

/** JSON 1.1: what the AWS CLI and every SDK of today speak. Times are seconds since 1970. */
export const json: Protocol = {
  read(body) {
    try {
      return JSON.parse(body.toString('utf8'));
    } catch {
      throw new Refusal('SerializationException', 'The body is not JSON.');
    }
  },
  write: (output) => ({ headers, body: JSON.stringify(output) }),
  writeError: (code, message) => ({
    headers: { ...headers, 'x-amzn-errortype': code },
    body: JSON.stringify({ __type: code, message }),
  }),
};
