import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { answerRequest } from './answer-request.ts';
import type { GatewayOptions } from './options.ts';
import { sendResponse } from './send-response.ts';

/** Calls in flight are given this long to end when the gateway closes. */
const GRACE = 1000;

/**
 * The one door of the stack, on 127.0.0.1: AWS APIs told apart by the service they are signed for, pages by their prefix, and all
 * else to the HTTP API. Rejects with `EADDRINUSE` when the port is taken. `close` ends idle connections at once and those in use
 * after at most a second of the machine's clock (the stack's may stand still).
 */
export async function openGateway(options: GatewayOptions): Promise<{ port: number; close(): Promise<void> }> {
  const server = createServer({ keepAliveTimeout: 0, requestTimeout: 0, headersTimeout: 0, requireHostHeader: false });
  server.on('request', (request, response) => void serve(server, request, response, options));
  await listen(server, options.port);
  return { port: (server.address() as AddressInfo).port, close: () => close(server) };
}

async function serve(
  server: Server,
  request: IncomingMessage,
  response: ServerResponse,
  options: GatewayOptions,
): Promise<void> {
  const requestId = randomUUID();
  try {
    const { answer, service } = await answerRequest(request, requestId, options);
    const header = service === 's3' ? 'x-amz-request-id' : 'x-amzn-requestid';
    // Clients correct the time of their signatures by it: it is the stack's, also when the clock was turned.
    const date = new Date(options.clock.now()).toUTCString();
    // A connection that was in use when the gateway closed ends with its answer.
    await sendResponse(response, answer, {
      date,
      [header]: requestId,
      ...(server.listening ? {} : { connection: 'close' }),
    });
  } catch (error) {
    if (!response.destroyed) console.error(`Request ${requestId}: the answer broke off.`, error);
    response.destroy();
  } finally {
    // What the handler left unread is read off, so that the connection can be used again.
    request.unpipe();
    request.resume();
  }
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (cause: NodeJS.ErrnoException) => {
      if (cause.code !== 'EADDRINUSE') return reject(cause);
      const message = `Port ${port} of 127.0.0.1 is taken: another stack, or another program, listens there. Choose another with --port N.`;
      return reject(Object.assign(new Error(message, { cause }), { code: cause.code }));
    });
    server.listen(port, '127.0.0.1', resolve);
  });
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    const cut = setTimeout(() => server.closeAllConnections(), GRACE);
    server.close(() => {
      clearTimeout(cut);
      resolve();
    });
    server.closeIdleConnections();
  });
}
