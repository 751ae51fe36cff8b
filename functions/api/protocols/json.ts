import { parseJson } from '../../lambda/bounded-json.ts';
import type { Protocol } from '../protocol.ts';

const headers = { 'content-type': 'application/x-amz-json-1.1' };

/** JSON 1.1: what the AWS CLI and every SDK of today speak. Times are seconds since 1970. */
export const json: Protocol = {
  read: (body) => parseJson(body, 'The body is not JSON.'),
  write: (output) => ({ headers, body: JSON.stringify(output) }),
  writeError: (code, message) => ({
    headers: { ...headers, 'x-amzn-errortype': code },
    body: JSON.stringify({ __type: code, message }),
  }),
};
