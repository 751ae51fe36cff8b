import { createHash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';
import type { AccessRequest, SignedCall } from '../access.ts';
import { readRegion } from '../regions.ts';
import { ServiceError, type ServiceRequest, type ServiceResponse } from '../service.ts';
import { denialError, denialResponse } from './denial.ts';
import { endpointVariable } from './endpoint-variable.ts';
import type { Incoming } from './incoming.ts';
import { operationName } from './operation-name.ts';
import type { GatewayOptions } from './options.ts';
import { protocolOf } from './protocol.ts';
import { recorded } from './record.ts';
import { collectBody, streamBody } from './request-body.ts';
import type { Signature } from './signature.ts';
import { SignatureRefusal } from './signature-refusal.ts';
import { findSigner, verifySignature } from './verify-signature.ts';

/** Verifies a signed request and hands it to the service that it is signed for. */
export async function answerSigned(
  request: IncomingMessage,
  incoming: Incoming,
  signature: Signature,
  requestId: string,
  options: GatewayOptions,
): Promise<ServiceResponse> {
  const { service } = signature.scope;
  const region = readRegion(signature.scope.region);
  const { caller, secretAccessKey } = findSigner(signature, options.credentials, options.clock);
  const collected = service === 's3' ? undefined : await collectBody(request);
  const payloadHash = collected === undefined ? claimedHash(incoming, signature) : hashOf(collected, incoming);
  verifySignature(incoming, signature, secretAccessKey, payloadHash);

  const protocol = protocolOf(incoming, service);
  const sourceIp = request.socket.remoteAddress ?? '127.0.0.1';
  const operation = operationName(incoming, protocol, service, collected);
  await options.observe?.({ service, operation, caller, phase: 'before' });
  try {
    const denialOf = (access: readonly AccessRequest[]) => options.denialOf(caller, access, sourceIp, region);
    const denial = denialOf(accessOf(incoming, { service, caller, region, body: collected }, options));
    if (denial !== undefined) {
      return denialResponse(service, protocol, denial, requestId, incoming.headers['content-type']);
    }
    const body = collected === undefined ? streamBody(request) : Readable.from(collected);
    const refusalOf = (access: AccessRequest) => {
      const found = denialOf([access]);
      return found && denialError(service, protocol, found);
    };
    return await recorded(incoming, { service, operation, caller, collected }, request, options.record, () =>
      handle(incoming, { service, caller, region, body, requestId, refusalOf, sourceIp }, options),
    );
  } finally {
    await options.observe?.({ service, operation, caller, phase: 'after' });
  }
}

/** What the call asks for, in the words of the service that will do it. */
function accessOf(
  { method, path, query, headers }: Incoming,
  { service, ...call }: Pick<SignedCall, 'caller' | 'region' | 'body'> & { readonly service: string },
  options: GatewayOptions,
): readonly AccessRequest[] {
  const asked = options.services(call.region).get(service === 'codepipeline' ? 'execute-api' : service);
  return asked?.access({ method, path, query: new URLSearchParams(query), headers, ...call }) ?? [];
}

async function handle(
  { method, path, query, headers }: Incoming,
  call: Pick<ServiceRequest, 'caller' | 'region' | 'body' | 'requestId' | 'refusalOf'> & {
    service: string;
    sourceIp: string;
  },
  options: GatewayOptions,
): Promise<ServiceResponse> {
  const { service: name, sourceIp, ...rest } = call;
  if (name === 'execute-api' || name === 'codepipeline') {
    const { body, caller } = rest;
    return options.api({ method, path, query, headers, body, caller, sourceIp });
  }
  const service = options.services(rest.region).get(name);
  if (service === undefined) {
    const message = `The local stack has no service '${name}'. Set ${endpointVariable(name)} to use another endpoint.`;
    throw new ServiceError('UnknownServiceException', message, 404);
  }
  return service.handle({ method, path, query: new URLSearchParams(query), headers, ...rest });
}

/**
 * S3 bodies are streamed: the signature covers the hash that the client names, and S3 compares the bytes with it as they come. In a
 * presigned URL the body is left unsigned. The signatures of single chunks (`STREAMING-AWS4-HMAC-SHA256-PAYLOAD`) are not compared.
 */
function claimedHash({ headers, query }: Incoming, { validFor }: Signature): string {
  const header = headers['x-amz-content-sha256'];
  if (typeof header === 'string') return header;
  if (validFor !== undefined) return new URLSearchParams(query).get('X-Amz-Content-Sha256') ?? 'UNSIGNED-PAYLOAD';
  throw new ServiceError('InvalidRequest', 'Missing required header for this request: x-amz-content-sha256');
}

/** The hash of what came: what the client has signed must be the same, or its signature is another. */
function hashOf(body: Buffer, { headers }: Incoming): string {
  const hash = createHash('sha256').update(body).digest('hex');
  const claimed = headers['x-amz-content-sha256'];
  if (claimed === undefined || claimed === hash) return hash;
  throw new SignatureRefusal('Mismatch', 'The x-amz-content-sha256 header is not the SHA-256 of the body.');
}
