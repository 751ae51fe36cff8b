import type { Refusal } from '../domain/refusal.ts';
import { cbor } from './protocols/cbor.ts';
import { json } from './protocols/json.ts';

/** An answer of the API, before it goes out. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** The body is in base64. */
  readonly isBase64Encoded?: true;
}

/** How the bodies of requests and answers are written. */
export interface Protocol {
  /** Reads a body; refuses one that is not of the protocol with SerializationException. */
  readonly read: (body: Buffer) => unknown;
  /** Writes what an operation answers; `shape` is its output in the service model, none for an empty answer. */
  readonly write: (output: object, shape: string | null) => Omit<Answer, 'status'>;
  readonly writeError: (code: string, message: string) => Omit<Answer, 'status'>;
}

/** The protocol of a request: rpc-v2-cbor where its header says so, else JSON 1.1. */
export function protocolOf(headers: Readonly<Record<string, string | undefined>>): Protocol {
  return headers['smithy-protocol'] === 'rpc-v2-cbor' ? cbor : json;
}

/** The answer to a request that is refused. CodePipeline's model gives ConflictException 409, every other 400. */
export function refuse({ writeError }: Protocol, { code, message }: Refusal): Answer {
  return { status: code === 'ConflictException' ? 409 : 400, ...writeError(code, message) };
}
