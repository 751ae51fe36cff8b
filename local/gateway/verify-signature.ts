import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type { Clock } from '../clock.ts';
import { canonicalRequest } from './canonical-request.ts';
import type { Incoming } from './incoming.ts';
import type { FoundCredentials, GatewayOptions } from './options.ts';
import type { Signature } from './signature.ts';
import { SignatureRefusal } from './signature-refusal.ts';

const SKEW = 5 * 60_000;

/** Finds who signed, and refuses an unknown or expired key, and a signature out of its time: all that is known before the body is read. */
export function findSigner(
  signature: Signature,
  credentials: GatewayOptions['credentials'],
  clock: Clock,
): FoundCredentials {
  const found = credentials.find(signature.accessKeyId);
  if (found === undefined)
    throw new SignatureRefusal('UnknownKey', 'The security token included in the request is invalid.');
  if (!sameText(found.sessionToken ?? '', signature.token ?? '')) {
    throw new SignatureRefusal('InvalidToken', 'The security token included in the request is invalid.');
  }
  if (found.expiration !== undefined && found.expiration <= clock.now()) {
    throw new SignatureRefusal('ExpiredToken', 'The security token included in the request is expired.');
  }
  checkTime(signature, clock);
  return found;
}

/** Signs what came once more and compares; refuses `x-amz-*` headers that the signature does not cover. */
export function verifySignature(
  request: Incoming,
  signature: Signature,
  secretAccessKey: string,
  payloadHash: string,
): void {
  const uncovered = Object.keys(request.headers).filter(
    (name) => name.startsWith('x-amz-') && !signature.signedHeaders.includes(name),
  );
  if (uncovered.length > 0) {
    const names = uncovered.join(', ');
    throw new SignatureRefusal(
      'UnsignedHeaders',
      `There were headers present in the request which were not signed: ${names}.`,
    );
  }
  const { date, region, service } = signature.scope;
  const canonical = canonicalRequest(request, signature.signedHeaders, payloadHash, service);
  const digest = createHash('sha256').update(canonical).digest('hex');
  const text = ['AWS4-HMAC-SHA256', signature.timestamp, `${date}/${region}/${service}/aws4_request`, digest].join(
    '\n',
  );
  const key = [date, region, service, 'aws4_request'].reduce<string | Buffer>(hmac, `AWS4${secretAccessKey}`);
  if (sameText(hmac(key, text).toString('hex'), signature.value)) return;
  throw new SignatureRefusal(
    'Mismatch',
    'The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method.',
  );
}

/**
 * A signature is in time by the stack's clock or by the machine's own: a function in a sandbox signs by the one, a client outside
 * does not know that the stack's clock was turned and signs by the other. Hence `Date.now()` beside the clock.
 */
function checkTime({ time, timestamp, validFor }: Signature, clock: Clock): void {
  const clocks = [clock.now(), Date.now()];
  if (clocks.some((now) => now >= time - SKEW && now <= time + (validFor ?? SKEW))) return;
  if (validFor !== undefined && clocks.some((now) => now > time + validFor)) {
    throw new SignatureRefusal('UrlExpired', 'Request has expired.');
  }
  const now = new Date(clock.now()).toISOString();
  throw new SignatureRefusal(
    'Skewed',
    `Signature expired or not yet valid: ${timestamp} is over 5 minutes from ${now}.`,
  );
}

function hmac(key: string | Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest();
}

/** Compares in a time that tells nothing of where the texts differ. */
function sameText(a: string, b: string): boolean {
  const [x, y] = [a, b].map((text) => createHash('sha256').update(text).digest()) as [Buffer, Buffer];
  return timingSafeEqual(x, y);
}
