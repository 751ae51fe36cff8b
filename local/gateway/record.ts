import type { Readable } from 'node:stream';
import { ServiceError, type ServiceResponse } from '../service.ts';
import type { Incoming } from './incoming.ts';
import type { AnsweredCall, GatewayOptions } from './options.ts';

type Call = Pick<AnsweredCall, 'service' | 'operation' | 'caller'> & { readonly collected: Buffer | undefined };

/** Operations of S3 whose body is the bytes of an object. */
const OBJECT_BYTES = ['PutObject', 'UploadPart'];

/** Has a signed call answered, and told to `record` with its body and what it was answered; an object's bytes are left out. */
export async function recorded(
  { method, path, query, headers }: Incoming,
  { collected, ...call }: Call,
  streamed: Readable,
  record: GatewayOptions['record'],
  answer: () => Promise<ServiceResponse>,
): Promise<ServiceResponse> {
  if (record === undefined) return answer();
  const chunks: Buffer[] = collected === undefined ? [] : [collected];
  const isRead = collected === undefined && !OBJECT_BYTES.includes(call.operation);
  if (isRead) streamed.on('data', (chunk: Buffer) => chunks.push(chunk));
  const tell = (status: number): void => {
    const body = collected !== undefined || isRead ? { body: Buffer.concat(chunks) } : {};
    record({ ...call, method, path, query, headers, ...body, status });
  };
  try {
    const answered = await answer();
    tell(answered.status);
    return answered;
  } catch (error) {
    tell(error instanceof ServiceError ? error.status : 500);
    throw error;
  }
}
