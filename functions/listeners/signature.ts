import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import type { ConnectionKind } from '../domain/connection.ts';
import { json } from '../lambda/http.ts';

type Headers = APIGatewayProxyEventV2['headers'];

/** What a signature looks like: anything else is refused before it costs a read. SHA-1 is none. */
export const possibleSignature = /^sha256=[0-9a-f]{64}$/;

/** Nobody's token is longer. */
const longestToken = 512;

/** Whether a body is signed with this secret, as GitHub and Bitbucket sign; compared in constant time. */
export function isSignedBy(secret: string, body: Buffer, signature: string): boolean {
  const want = Buffer.from(`sha256=${createHmac('sha256', secret).update(body).digest('hex')}`);
  const have = Buffer.from(signature);
  return want.length === have.length && timingSafeEqual(want, have);
}

/** Whether a request shows what a host of any kind could show. */
export function isPossible(headers: Headers): boolean {
  const token = headers['x-gitlab-token'] ?? '';
  return (
    possibleSignature.test(headers['x-hub-signature-256'] ?? '') ||
    possibleSignature.test(headers['x-hub-signature'] ?? '') ||
    (token !== '' && token.length <= longestToken)
  );
}

/**
 * Whether a request comes from who has the secret: by GitHub's signature (X-Hub-Signature-256), Bitbucket's (X-Hub-Signature), or GitLab's
 * token (X-Gitlab-Token), which covers nothing of the body. All are compared in constant time.
 */
export function isAuthentic(kind: ConnectionKind, secret: string, headers: Headers, body: Buffer): boolean {
  switch (kind) {
    case 'GitHub':
      return isSignedBy(secret, body, headers['x-hub-signature-256'] ?? '');
    case 'Bitbucket':
      return isSignedBy(secret, body, headers['x-hub-signature'] ?? '');
    case 'GitLab':
      return secret !== '' && timingSafeEqual(digest(secret), digest(headers['x-gitlab-token'] ?? ''));
  }
}

/** Of one length, whatever the text's is. */
function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

/** The answer to whoever is not who a webhook expects: the same for every webhook, and for none. */
export function unsigned(): APIGatewayProxyStructuredResultV2 {
  return json(401, { message: 'The signature is not that of this webhook.' });
}

/** Why the body of a webhook is refused that no JSON parser reads. */
export const notJson = 'The body is not JSON. Set the content type of the webhook to application/json.';
