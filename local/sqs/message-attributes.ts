import { createHash } from 'node:crypto';
import { ServiceError } from '../service.ts';

/** A message attribute as the JSON protocol has it; binary values are base64. */
export interface MessageAttribute {
  readonly DataType: string;
  readonly StringValue?: string;
  readonly BinaryValue?: string;
}

export type MessageAttributes = Readonly<Record<string, MessageAttribute>>;

const MOST = 10;
const STRING = 1;
const BINARY = 2;

/** Refuses attributes that SQS would refuse. https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-message-metadata.html */
export function requireAttributes(given: unknown): MessageAttributes {
  const attributes = (given ?? {}) as MessageAttributes;
  const entries = Object.entries(attributes);
  if (entries.length > MOST)
    throw invalid(`Number of message attributes [${entries.length}] exceeds the allowed maximum [10].`);
  for (const [name, { DataType, StringValue, BinaryValue }] of entries) {
    if (!/^(?!aws\.|amazon\.)[\w.-]{1,256}$/i.test(name))
      throw invalid(`The message attribute name '${name}' is invalid.`);
    const [kind] = String(DataType).split('.');
    const value = kind === 'Binary' ? BinaryValue : StringValue;
    if (!['String', 'Number', 'Binary'].includes(kind ?? '')) {
      throw invalid(`The message attribute '${name}' has an invalid message attribute type.`);
    }
    if (typeof value !== 'string' || value === '' || (kind === 'Number' && Number.isNaN(Number(value)))) {
      throw invalid(`The message attribute '${name}' must contain a non-empty value of its type.`);
    }
  }
  return attributes;
}

/** The attributes that a receiver names: each by its name, `All`, `.*`, or by a prefix (`trace.*`). */
export function chooseAttributes(attributes: MessageAttributes, names: readonly string[]): MessageAttributes {
  const chosen = Object.entries(attributes).filter(([name]) =>
    names.some((wanted) => {
      if (wanted === 'All' || wanted === '.*') return true;
      return wanted.endsWith('.*') ? name.startsWith(wanted.slice(0, -2)) : wanted === name;
    }),
  );
  return Object.fromEntries(chosen);
}

/** The bytes that count to a message's size. */
export function sizeOf(attributes: MessageAttributes): number {
  return Object.entries(attributes).reduce((sum, [name, attribute]) => {
    return sum + Buffer.byteLength(name) + Buffer.byteLength(attribute.DataType) + bytesOf(attribute).length;
  }, 0);
}

export function md5(text: string): string {
  return createHash('md5').update(text).digest('hex');
}

/** The digest by which clients check attributes: of names in order, types and values, each with its length before it. */
export function md5OfAttributes(attributes: MessageAttributes): string | undefined {
  const names = Object.keys(attributes).sort();
  if (names.length === 0) return undefined;
  const hash = createHash('md5');
  for (const name of names) {
    const attribute = attributes[name];
    if (attribute === undefined) continue;
    hash.update(withLength(Buffer.from(name)));
    hash.update(withLength(Buffer.from(attribute.DataType)));
    hash.update(Buffer.of(attribute.DataType.startsWith('Binary') ? BINARY : STRING));
    hash.update(withLength(bytesOf(attribute)));
  }
  return hash.digest('hex');
}

function bytesOf({ DataType, StringValue, BinaryValue }: MessageAttribute): Buffer {
  return DataType.startsWith('Binary') ? Buffer.from(BinaryValue ?? '', 'base64') : Buffer.from(StringValue ?? '');
}

function withLength(bytes: Buffer): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(bytes.length);
  return Buffer.concat([length, bytes]);
}

function invalid(message: string): ServiceError {
  return new ServiceError('InvalidParameterValue', message);
}
