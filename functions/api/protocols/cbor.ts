import { decode, encode, Token, Tokenizer, Type } from 'cborg';
import { Refusal } from '../../domain/refusal.ts';
import { mostParts } from '../../lambda/bounded-json.ts';
import { shapeOf } from '../model.ts';
import type { Protocol } from '../protocol.ts';

const headers = { 'content-type': 'application/cbor', 'smithy-protocol': 'rpc-v2-cbor' };

/** Smithy RPC v2 CBOR, the other protocol of the service model (smithy.io, smithy-rpc-v2). Times are epoch seconds with tag 1. */
export const cbor: Protocol = {
  read(body) {
    try {
      mustBeBounded(body);
      return decode(body, { tags: { 1: (content) => content() }, rejectDuplicateMapKeys: true });
    } catch {
      throw new Refusal('SerializationException', 'The body is not CBOR.');
    }
  },
  write: (output, shape) => ({ headers, ...bytes(shape === null ? {} : dated(shape, output)) }),
  writeError: (code, message) => ({
    headers: { ...headers, 'x-amzn-errortype': code },
    ...bytes({ __type: `com.amazonaws.codepipeline#${code}`, message }),
  }),
};

/** Counts before it builds: a member has a key and a value, a list and a map may have an end. */
function mustBeBounded(body: Buffer): void {
  const tokens = new Tokenizer(body);
  for (let count = 0; !tokens.done(); count++) {
    tokens.next();
    if (count > 3 * mostParts) throw new Error('The body has too many members and elements.');
  }
}

function bytes(value: unknown): { readonly body: string; readonly isBase64Encoded: true } {
  const encoded = encode(value, { typeEncoders: { Date: timestamp } });
  return { body: Buffer.from(encoded).toString('base64'), isBase64Encoded: true };
}

function timestamp(time: Date): Token[] {
  return [new Token(Type.tag, 1), new Token(Type.float, time.getTime() / 1000)];
}

/** A value of a shape with its times as dates, and without members that are undefined. */
function dated(name: string, value: unknown): unknown {
  const { type, members = {}, member = '', value: each = '' } = shapeOf(name);
  if (type === 'timestamp') return new Date(Math.round(Number(value) * 1000));
  if (type === 'list') return (value as readonly unknown[]).map((one) => dated(member, one));
  if (type !== 'structure' && type !== 'map') return value;
  const known = Object.entries(value as object).filter(
    ([key, one]) => one !== undefined && (type === 'map' || Object.hasOwn(members, key)),
  );
  return Object.fromEntries(
    known.map(([key, one]) => [key, dated(type === 'map' ? each : (members[key]?.shape ?? ''), one)]),
  );
}
