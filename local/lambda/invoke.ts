import { readBody, ServiceError, type ServiceRequest, type ServiceResponse } from '../service.ts';
import type { EventQueue } from './event-queue.ts';
import { ASYNCHRONOUS_LIMIT, type Functions, requireJson, SYNCHRONOUS_LIMIT } from './functions.ts';

const TAIL = 4096;
const BODY_LIMIT = SYNCHRONOUS_LIMIT + 1024 * 1024;

/** Invoke: runs a function and waits (RequestResponse), stores the event (Event), or only looks whether it could (DryRun). */
export async function invoke(
  { functions, events }: { functions: Functions; events: EventQueue },
  called: string,
  request: ServiceRequest,
): Promise<ServiceResponse> {
  const payload = (await readBody(request.body, BODY_LIMIT)).toString();
  const type = header(request, 'x-amz-invocation-type') ?? 'RequestResponse';
  functions.get(called);
  switch (type) {
    case 'RequestResponse':
      return runAndWait(functions, called, payload, request);
    case 'Event':
      requireJson(payload, ASYNCHRONOUS_LIMIT);
      events.add(called, payload, request.requestId);
      return { status: 202 };
    case 'DryRun':
      requireJson(payload);
      return { status: 204 };
    default:
      throw new ServiceError('InvalidParameterValueException', `There is no invocation type ${type}.`, 400, {
        Type: 'User',
      });
  }
}

async function runAndWait(
  functions: Functions,
  called: string,
  payload: string,
  request: ServiceRequest,
): Promise<ServiceResponse> {
  const clientContext = readClientContext(header(request, 'x-amz-client-context'));
  const ran = await functions.run(called, payload, { id: request.requestId, clientContext });
  const log = Buffer.from(ran.log.map((line) => `${line}\n`).join(''));
  return {
    status: 200,
    headers: {
      'content-type': 'application/json',
      'x-amz-executed-version': '$LATEST',
      ...(ran.functionError === undefined ? {} : { 'x-amz-function-error': ran.functionError }),
      ...(header(request, 'x-amz-log-type') === 'Tail'
        ? { 'x-amz-log-result': log.subarray(-TAIL).toString('base64') }
        : {}),
    },
    body: ran.payload,
  };
}

function readClientContext(text: string | undefined): unknown {
  if (text === undefined) return undefined;
  try {
    return JSON.parse(Buffer.from(text, 'base64').toString());
  } catch {
    throw new ServiceError(
      'InvalidRequestContentException',
      'Client context must be a valid Base64-encoded JSON object.',
      400,
      {
        Type: 'User',
      },
    );
  }
}

function header({ headers }: ServiceRequest, name: string): string | undefined {
  const value = headers[name];
  return Array.isArray(value) ? value[0] : value;
}
