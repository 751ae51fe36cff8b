import { createHash, type Hash } from 'node:crypto';
import type { Readable } from 'node:stream';
import { decodeAwsChunked } from './aws-chunked.ts';
import { type Algorithm, algorithmNamed, checkShape, type Hasher, hasher } from './checksum.ts';
import { invalidRequest, S3Error } from './errors.ts';
import type { S3Request } from './request.ts';

/** What is known of a body after all of it was read. */
interface PayloadFacts {
  readonly size: number;
  /** Hexadecimal. */
  readonly md5: string;
  /** What the client sent and was verified, or what was asked for by `compute`. */
  readonly checksum?: { readonly algorithm: Algorithm; readonly value: string };
}

/** A request's body without its coding. `chunks` fails at its end when what the client promised of the body does not hold. */
export interface Payload {
  readonly chunks: AsyncIterable<Buffer>;
  /** After `chunks` ended. */
  facts(): PayloadFacts;
}

interface Promised {
  readonly sha256: string | undefined;
  readonly md5: string | undefined;
  readonly size: number | undefined;
  readonly algorithm: Algorithm | undefined;
  readonly checksum: string | undefined;
  readonly coded: boolean;
  readonly trailer: string | undefined;
}

interface Measures {
  size: number;
  readonly md5: Hash;
  readonly sha256: Hash | undefined;
  readonly checksum: Hasher | undefined;
}

const LARGEST_PUT = 5 * 1024 ** 3;
const CODED = new Set([
  'STREAMING-AWS4-HMAC-SHA256-PAYLOAD',
  'STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER',
  'STREAMING-UNSIGNED-PAYLOAD-TRAILER',
]);

/** Opens the body for reading once. `compute` is a checksum to make when the client sent none. */
export function openPayload(request: Pick<S3Request, 'headers' | 'body'>, compute?: Algorithm): Payload {
  const promised = readPromises(request.headers);
  if (compute && promised.algorithm && promised.algorithm !== compute) {
    throw invalidRequest(
      `Checksum Type mismatch occurred, expected checksum Type: ${compute}, actual checksum Type: ${promised.algorithm}`,
    );
  }
  const algorithm = promised.algorithm ?? compute;
  const measures: Measures = {
    size: 0,
    md5: createHash('md5'),
    sha256: promised.sha256 === undefined ? undefined : createHash('sha256'),
    checksum: algorithm && hasher(algorithm),
  };
  let facts: PayloadFacts | undefined;
  return {
    chunks: measured(request.body, promised, measures, (found) => {
      facts =
        algorithm && found.checksum
          ? { ...found, checksum: { algorithm, value: found.checksum } }
          : omitChecksum(found);
    }),
    facts() {
      if (!facts) throw new Error('The body was not read to its end.');
      return facts;
    },
  };
}

interface Found {
  readonly size: number;
  readonly md5: string;
  readonly checksum: string | undefined;
}

function omitChecksum({ size, md5 }: Found): PayloadFacts {
  return { size, md5 };
}

async function* measured(
  body: Readable,
  promised: Promised,
  measures: Measures,
  done: (found: Found) => void,
): AsyncGenerator<Buffer> {
  const trailers = new Map<string, string>();
  const raw = bytesOf(body);
  for await (const chunk of promised.coded ? decodeAwsChunked(raw, trailers) : raw) {
    measures.size += chunk.length;
    if (measures.size > LARGEST_PUT) throw tooLarge();
    measures.md5.update(chunk);
    measures.sha256?.update(chunk);
    measures.checksum?.update(chunk);
    yield chunk;
  }
  done(verify(promised, measures, trailers));
}

/** The body's chunks; leaving early leaves the stream open, so that the answer can still be sent over its connection. */
async function* bytesOf(body: Readable): AsyncGenerator<Buffer> {
  try {
    for await (const chunk of body.iterator({ destroyOnReturn: false })) yield chunk as Buffer;
  } catch (cause) {
    const error = new S3Error('IncompleteBody', 'The connection was closed before the whole body was sent.');
    throw Object.assign(error, { cause });
  }
}

function verify(promised: Promised, measures: Measures, trailers: ReadonlyMap<string, string>): Found {
  const { size } = measures;
  const md5 = measures.md5.digest();
  const checksum = measures.checksum?.digest();
  if (promised.size !== undefined && promised.size !== size) {
    throw new S3Error('IncompleteBody', `The request promised ${promised.size} bytes and sent ${size}.`);
  }
  if (promised.sha256 !== undefined && promised.sha256 !== measures.sha256?.digest('hex')) {
    const message = "The provided 'x-amz-content-sha256' header does not match what was computed.";
    throw new S3Error('XAmzContentSHA256Mismatch', message);
  }
  if (promised.md5 !== undefined && promised.md5 !== md5.toString('base64')) {
    throw new S3Error('BadDigest', 'The Content-MD5 you specified did not match what we received.');
  }
  const sent = promised.checksum ?? sentInTrailer(promised, trailers);
  if (sent !== undefined && sent !== checksum) {
    const name = promised.algorithm?.toUpperCase();
    throw new S3Error('BadDigest', `The ${name} you specified did not match the calculated checksum.`);
  }
  return { size, md5: md5.toString('hex'), checksum };
}

function sentInTrailer({ trailer, algorithm }: Promised, trailers: ReadonlyMap<string, string>): string | undefined {
  if (trailer === undefined || !algorithm) return undefined;
  const value = trailers.get(trailer);
  if (value === undefined) {
    throw new S3Error('MalformedTrailerError', `The trailer ${trailer} was announced and not sent.`);
  }
  checkShape(algorithm, value);
  return value;
}

function readPromises(headers: ReadonlyMap<string, string>): Promised {
  const hash = headers.get('x-amz-content-sha256') ?? 'UNSIGNED-PAYLOAD';
  const coded = CODED.has(hash);
  if (!coded && hash !== 'UNSIGNED-PAYLOAD' && !/^[0-9a-f]{64}$/.test(hash)) {
    const message =
      'x-amz-content-sha256 must be UNSIGNED-PAYLOAD, a STREAMING value that this endpoint knows, or a valid sha256 value.';
    throw new S3Error('InvalidArgument', message, 400, { ArgumentName: 'x-amz-content-sha256', ArgumentValue: hash });
  }
  const md5 = headers.get('content-md5');
  if (md5 !== undefined && Buffer.from(md5, 'base64').length !== 16) {
    throw new S3Error('InvalidDigest', 'The Content-MD5 you specified is not valid.');
  }
  const size = promisedSize(headers, coded);
  return {
    sha256: coded || hash === 'UNSIGNED-PAYLOAD' ? undefined : hash,
    md5,
    size,
    coded,
    ...promisedChecksum(headers),
  };
}

function promisedSize(headers: ReadonlyMap<string, string>, coded: boolean): number | undefined {
  const header = headers.get(coded ? 'x-amz-decoded-content-length' : 'content-length');
  if (header === undefined) {
    if (coded)
      throw new S3Error('MissingContentLength', 'You must provide the x-amz-decoded-content-length header.', 411);
    return undefined;
  }
  const size = /^\d{1,15}$/.test(header) ? Number(header) : Number.NaN;
  if (Number.isNaN(size)) throw invalidRequest(`The length ${header} is not a number.`);
  if (size > LARGEST_PUT) throw tooLarge();
  return size;
}

function promisedChecksum(headers: ReadonlyMap<string, string>): Pick<Promised, 'algorithm' | 'checksum' | 'trailer'> {
  const trailer = headers.get('x-amz-trailer')?.trim().toLowerCase();
  const given = [...headers.keys()].filter((name) => /^x-amz-checksum-(?!mode$|type$|algorithm$)/.test(name));
  const names = trailer?.startsWith('x-amz-checksum-') ? [...given, trailer] : given;
  const [name, ...others] = names;
  if (others.length > 0) {
    throw invalidRequest('Expecting a single x-amz-checksum- header. Multiple checksum Types are not allowed.');
  }
  if (name === undefined) return { algorithm: undefined, checksum: undefined, trailer: undefined };
  const algorithm = algorithmNamed(name.slice('x-amz-checksum-'.length));
  if (name === trailer) return { algorithm, checksum: undefined, trailer };
  const checksum = headers.get(name) ?? '';
  checkShape(algorithm, checksum);
  return { algorithm, checksum, trailer: undefined };
}

function tooLarge(): S3Error {
  return new S3Error('EntityTooLarge', 'Your proposed upload exceeds the maximum allowed size', 400, {
    MaxSizeAllowed: String(LARGEST_PUT),
  });
}
