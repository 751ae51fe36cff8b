import { ServiceError } from '../service.ts';
import type { Protocol } from './protocol.ts';
import type { SignatureFault, SignatureRefusal } from './signature-refusal.ts';

type Words = Readonly<Record<SignatureFault, readonly [code: string, status: number]>>;

const JSON_WORDS: Words = {
  Incomplete: ['IncompleteSignatureException', 400],
  UnknownKey: ['UnrecognizedClientException', 400],
  InvalidToken: ['UnrecognizedClientException', 400],
  ExpiredToken: ['ExpiredTokenException', 400],
  Mismatch: ['InvalidSignatureException', 400],
  Skewed: ['InvalidSignatureException', 400],
  UrlExpired: ['InvalidSignatureException', 400],
  UnsignedHeaders: ['InvalidSignatureException', 400],
};

const REST_WORDS = Object.fromEntries(
  Object.entries(JSON_WORDS).map(([fault, [code]]) => [fault, [code, 403]]),
) as unknown as Words;

const QUERY_WORDS: Words = {
  Incomplete: ['IncompleteSignature', 400],
  UnknownKey: ['InvalidClientTokenId', 403],
  InvalidToken: ['InvalidClientTokenId', 403],
  ExpiredToken: ['ExpiredToken', 403],
  Mismatch: ['SignatureDoesNotMatch', 403],
  Skewed: ['SignatureDoesNotMatch', 403],
  UrlExpired: ['SignatureDoesNotMatch', 403],
  UnsignedHeaders: ['SignatureDoesNotMatch', 403],
};

const S3_WORDS: Words = {
  Incomplete: ['AuthorizationHeaderMalformed', 400],
  UnknownKey: ['InvalidAccessKeyId', 403],
  InvalidToken: ['InvalidToken', 400],
  ExpiredToken: ['ExpiredToken', 400],
  Mismatch: ['SignatureDoesNotMatch', 403],
  Skewed: ['RequestTimeTooSkewed', 403],
  UrlExpired: ['AccessDenied', 403],
  UnsignedHeaders: ['AccessDenied', 403],
};

const WORDS = { json: JSON_WORDS, cbor: JSON_WORDS, rest: REST_WORDS, query: QUERY_WORDS, s3: S3_WORDS };

/** A refused signature in the words of the protocol (AWS, "Common errors" of each API reference; S3, "List of error codes"). */
export function refusalError({ fault, message }: SignatureRefusal, protocol: Protocol): ServiceError {
  const [code, status] = WORDS[protocol][fault];
  return new ServiceError(code, message, status);
}
