import type { ServiceError, ServiceResponse } from '../service.ts';
import { encodeCbor } from './cbor.ts';
import type { Protocol } from './protocol.ts';

/** Writes an error as the clients of a protocol read it. `contentType` is the request's, whose version of JSON is answered in. */
export function errorResponse(
  { code, message, status, members }: ServiceError,
  protocol: Protocol,
  requestId: string,
  contentType = '',
): ServiceResponse {
  const type = { 'x-amzn-errortype': code };
  switch (protocol) {
    case 'json': {
      const body = JSON.stringify({ ...members, __type: code, message });
      const version = contentType.startsWith('application/x-amz-json-1.0') ? '1.0' : '1.1';
      return { status, headers: { 'content-type': `application/x-amz-json-${version}`, ...type }, body };
    }
    case 'rest': {
      const body = JSON.stringify({ ...members, message });
      return { status, headers: { 'content-type': 'application/json', ...type }, body };
    }
    case 'cbor': {
      const headers = { 'content-type': 'application/cbor', 'smithy-protocol': 'rpc-v2-cbor', ...type };
      return { status, headers, body: encodeCbor({ __type: code, message }) };
    }
    case 'query': {
      const error = elements({ Type: status < 500 ? 'Sender' : 'Receiver', Code: code, Message: message, ...members });
      const body = `<ErrorResponse><Error>${error}</Error>${elements({ RequestId: requestId })}</ErrorResponse>`;
      return { status, headers: { 'content-type': 'text/xml' }, body };
    }
    case 's3': {
      const body = `<?xml version="1.0" encoding="UTF-8"?>\n<Error>${elements({ Code: code, Message: message, ...members, RequestId: requestId })}</Error>`;
      return { status, headers: { 'content-type': 'application/xml' }, body };
    }
  }
}

function elements(values: Readonly<Record<string, unknown>>): string {
  return Object.entries(values)
    .map(
      ([name, value]) => `<${name}>${escapeXml(typeof value === 'string' ? value : JSON.stringify(value))}</${name}>`,
    )
    .join('');
}

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
};

/** Control characters that XML 1.0 cannot hold become a replacement character. */
function escapeXml(text: string): string {
  return text
    .replace(/[&<>"']/g, (found) => ESCAPES[found] ?? found)
    .replace(/\p{Cc}/gu, (found) => ('\t\n\r'.includes(found) ? found : '\ufffd'));
}
