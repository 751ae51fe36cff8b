import type { IncomingHttpHeaders } from 'node:http';
import { type Caller, ServiceError } from './service.ts';

/** One thing that a call asks leave for: an action on a resource, as AWS's service authorization reference names both. */
export interface AccessRequest {
  /** `s3:GetObject` */
  readonly action: string;
  /** An ARN, or `*` for an action that has no resource. */
  readonly resource: string;
  /** Values of condition keys that only the service knows; those of caller, time and connection are added where it is judged. */
  readonly context?: AccessContext;
  /** The resource's own policy as JSON text, when it has one. */
  readonly policy?: string | undefined;
}

/** Values of condition keys by their name. */
export type AccessContext = Readonly<Record<string, string | number | boolean | readonly string[]>>;

/**
 * A signed call before it is handed to its service. A service reads in it what it will do by the very rules by which it then does it:
 * a call that is read in two ways could be allowed as one thing and done as another.
 */
export interface SignedCall {
  readonly method: string;
  /** Still percent-encoded, without the query. */
  readonly path: string;
  readonly query: URLSearchParams;
  /** Lower-case names. */
  readonly headers: IncomingHttpHeaders;
  /** What came; undefined where bodies are streamed (S3). */
  readonly body: Buffer | undefined;
  readonly caller: Caller;
  /** The Region that it is signed for; absent: the stack's. */
  readonly region?: string | undefined;
}

/** Tells what a call asks for: everything of it must be allowed. */
export type AccessReader = (call: SignedCall) => readonly AccessRequest[];

/** The members of a JSON body. A body that is no object asks for nothing that a service would do: it is refused as one. */
export function jsonMembers({ body }: Pick<SignedCall, 'body'>): Readonly<Record<string, unknown>> {
  try {
    const members: unknown = JSON.parse(body?.toString() || '{}');
    if (typeof members === 'object' && members !== null && !Array.isArray(members)) return { ...members };
  } catch {
    // Refused below, like JSON that is no object.
  }
  throw new ServiceError('SerializationException', 'The body is not a JSON object.');
}

/** The parameters of a form, of the body and of the query. */
export function formMembers({ body, query }: SignedCall): URLSearchParams {
  const form = new URLSearchParams(body?.toString() ?? '');
  for (const [name, value] of query) form.append(name, value);
  return form;
}

/** A member that is a list; of objects alone. */
export function listMember(
  members: Readonly<Record<string, unknown>>,
  name: string,
): Readonly<Record<string, unknown>>[] {
  const value = members[name];
  const list = Array.isArray(value) ? value : [];
  return list.filter((item) => typeof item === 'object' && item !== null);
}

/** A member that is a text; empty when it is not. */
export function textMember(members: Readonly<Record<string, unknown>>, name: string): string {
  const value = members[name];
  return typeof value === 'string' ? value : '';
}

/** What using a KMS key through a service asks of the caller. `context` is the encryption context that the service gives. */
export function keyAccess(
  keyId: string | undefined,
  actions: readonly ('Decrypt' | 'GenerateDataKey')[],
  service: string,
  region: string,
  context: Readonly<Record<string, string>> = {},
): readonly AccessRequest[] {
  if (keyId === undefined || keyId.includes('alias/aws/')) return [];
  const encryption = Object.entries(context).map(([name, value]) => [`kms:EncryptionContext:${name}`, value] as const);
  return actions.map((action) => ({
    action: `kms:${action}`,
    resource: keyId,
    context: {
      'kms:ViaService': `${service}.${region}.amazonaws.com`,
      ...(encryption.length > 0 ? { 'kms:EncryptionContextKeys': Object.keys(context) } : {}),
      ...Object.fromEntries(encryption),
    },
  }));
}
