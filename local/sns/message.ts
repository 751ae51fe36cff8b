import { ServiceError } from '../service.ts';
import type { Query } from './query.ts';
import type { Protocol } from './store.ts';

export interface MessageAttribute {
  readonly Type: string;
  /** Binary values in base64. */
  readonly Value: string;
}

/** A message as it is published. */
export interface Message {
  readonly text: string;
  readonly subject?: string;
  /** Whether `text` is a JSON object of texts by protocol, with `default`. */
  readonly structured: boolean;
  readonly attributes: Readonly<Record<string, MessageAttribute>>;
}

const MOST_BYTES = 256 * 1024;

/** Reads a message from a request, checked as SNS checks it. */
export function readMessage(query: Query): Message {
  const subject = query.get('Subject');
  const structure = query.get('MessageStructure');
  if (structure !== undefined && structure !== '' && structure !== 'json') throw invalid('MessageStructure');
  if (query.get('MessageGroupId') !== undefined || query.get('MessageDeduplicationId') !== undefined) {
    throw invalid('MessageGroupId Reason: The request includes a parameter that is only for FIFO topics');
  }
  const attributes = Object.fromEntries(query.each('MessageAttributes', 'entry').map(readAttribute));
  const text = query.get('Message') ?? '';
  return checked({ text, structured: structure === 'json', attributes, ...(subject !== undefined && { subject }) });
}

/** The message itself, refused with InvalidParameter when SNS would refuse it. */
export function checked(message: Message): Message {
  const { text, subject, structured } = message;
  if (text === '') throw invalid('Empty message');
  if (sizeOf(message) > MOST_BYTES) throw invalid('Message too long');
  // ASCII that begins with a letter, digit or punctuation mark, without line breaks (SNS API reference, Publish).
  if (subject !== undefined && !/^[\x21-\x7e][\x20-\x7e]{0,99}$/.test(subject)) throw invalid('Subject');
  if (structured) parseStructure(text);
  return message;
}

/** Bytes that count towards the limit of 256 KB: the text and the attributes. */
export function sizeOf({ text, attributes }: Message): number {
  const parts = Object.entries(attributes).flatMap(([name, { Type, Value }]) => [name, Type, Value]);
  return [text, ...parts].reduce((sum, part) => sum + Buffer.byteLength(part), 0);
}

/** What a subscriber over `protocol` gets. */
export function textFor({ text, structured }: Message, protocol: Protocol): string {
  if (!structured) return text;
  const texts = parseStructure(text);
  return texts.get(protocol) ?? texts.get('default') ?? '';
}

function parseStructure(text: string): ReadonlyMap<string, string> {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    throw invalid('Message Structure - JSON message body failed to parse');
  }
  const texts = Object.entries(parsed ?? {}).filter((entry): entry is [string, string] => typeof entry[1] === 'string');
  if (!texts.some(([name]) => name === 'default')) {
    throw invalid('Message Structure - No default entry in JSON message body');
  }
  return new Map(texts);
}

function readAttribute(entry: Query): [string, MessageAttribute] {
  const name = entry.required('Name');
  const Type = entry.required('Value.DataType');
  const Value = entry.get(Type.startsWith('Binary') ? 'Value.BinaryValue' : 'Value.StringValue');
  const isName = /^(?!\.)(?!.*\.\.)[\w.-]{1,256}(?<!\.)$/.test(name) && !/^(aws|amazon)\./i.test(name);
  const isType = /^(String|Number|Binary)(\.[\w.-]+)?$/.test(Type);
  if (isName && isType && Value !== undefined && Value !== '') return [name, { Type, Value }];
  throw new ServiceError(
    'ParameterValueInvalid',
    `The message attribute '${name}' is not valid: it needs a name, a type and a value.`,
  );
}

function invalid(what: string): ServiceError {
  return new ServiceError('InvalidParameter', `Invalid parameter: ${what}`);
}
