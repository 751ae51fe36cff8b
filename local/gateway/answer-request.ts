import type { IncomingMessage } from 'node:http';
import { ServiceError, type ServiceResponse } from '../service.ts';
import { answerSigned } from './answer-signed.ts';
import { errorResponse } from './error-response.ts';
import { type Incoming, readIncoming } from './incoming.ts';
import { isFromElsewhere, isLocalHost } from './local-host.ts';
import type { GatewayOptions, Page } from './options.ts';
import { protocolOf } from './protocol.ts';
import { refusalError } from './refusal-codes.ts';
import { streamBody } from './request-body.ts';
import { claimedService, readSignature } from './signature.ts';
import { SignatureRefusal } from './signature-refusal.ts';

/** Finds who answers a request and has it answered; an error becomes an answer in the protocol that the client speaks. */
export async function answerRequest(
  request: IncomingMessage,
  requestId: string,
  options: GatewayOptions,
): Promise<{ answer: ServiceResponse; service: string | undefined }> {
  const incoming = readIncoming(request);
  if (incoming === undefined)
    return { answer: plain(400, 'The request names no path of this server.'), service: undefined };
  if (!isLocalHost(incoming.headers.host)) {
    const message = `The local stack answers at 127.0.0.1 and localhost, not at ${JSON.stringify(incoming.headers.host ?? '')}.`;
    return { answer: plain(403, message), service: undefined };
  }
  const service = claimedService(incoming);
  try {
    const signature = readSignature(incoming);
    const answer =
      signature === undefined
        ? await answerUnsigned(request, incoming, options)
        : await answerSigned(request, incoming, signature, requestId, options);
    return { answer, service };
  } catch (error) {
    return { answer: failure(error, incoming, service, requestId), service };
  }
}

async function answerUnsigned(
  request: IncomingMessage,
  incoming: Incoming,
  options: GatewayOptions,
): Promise<ServiceResponse> {
  const { method, path, query, headers } = incoming;
  const page = findPage(options.pages, path);
  if (page !== undefined) {
    if (isFromElsewhere(method, headers.origin))
      return plain(403, 'A page of another site may not change anything here.');
    return page.serve({ method, path: path.slice(page.prefix.length), query, headers, body: streamBody(request) });
  }
  const target = headers['x-amz-target'];
  if (target !== undefined && !String(target).startsWith('CodePipeline_')) {
    throw new ServiceError('MissingAuthenticationTokenException', 'Request is missing Authentication Token');
  }
  const sourceIp = request.socket.remoteAddress ?? '127.0.0.1';
  return options.api({ method, path, query, headers, body: streamBody(request), sourceIp });
}

/** The page with the longest prefix that ends where a segment of the path ends. */
function findPage(pages: readonly Page[], path: string): Page | undefined {
  const [longest] = pages
    .filter(({ prefix }) => path === prefix || path.startsWith(prefix.endsWith('/') ? prefix : `${prefix}/`))
    .sort((a, b) => b.prefix.length - a.prefix.length);
  return longest;
}

function failure(error: unknown, incoming: Incoming, service: string | undefined, requestId: string): ServiceResponse {
  const protocol = protocolOf(incoming, service);
  const contentType = incoming.headers['content-type'];
  return errorResponse(known(error), protocol, requestId, contentType);

  function known(thrown: unknown): ServiceError {
    if (thrown instanceof ServiceError) return thrown;
    if (thrown instanceof SignatureRefusal) return refusalError(thrown, protocol);
    console.error(`Request ${requestId} of ${service ?? 'the API'} failed.`, thrown);
    const code = protocol === 's3' ? 'InternalError' : 'InternalFailure';
    return new ServiceError(code, `The local stack failed. Its log tells more of request ${requestId}.`, 500);
  }
}

function plain(status: number, message: string): ServiceResponse {
  return { status, headers: { 'content-type': 'text/plain; charset=utf-8' }, body: `${message}\n` };
}
