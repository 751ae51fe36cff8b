import { createHmac, timingSafeEqual } from 'node:crypto';
import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { json } from '../lambda/http.ts';

/** What a signature looks like: anything else is refused before it costs a read. SHA-1 is none. */
export const possibleSignature = /^sha256=[0-9a-f]{64}$/;

/** Whether a body is signed with this secret, as GitHub signs (X-Hub-Signature-256); compared in constant time. */
export function isSignedBy(secret: string, body: Buffer, signature: string): boolean {
  const want = Buffer.from(`sha256=${createHmac('sha256', secret).update(body).digest('hex')}`);
  const have = Buffer.from(signature);
  return want.length === have.length && timingSafeEqual(want, have);
}

/** The answer to whoever is not who a webhook expects: the same for every webhook, and for none. */
export function unsigned(): APIGatewayProxyStructuredResultV2 {
  return json(401, { message: 'The signature is not that of this webhook.' });
}

/** Why the body of a webhook is refused that no JSON parser reads. */
export const notJson = 'The body is not JSON. Set the content type of the webhook to application/json.';
