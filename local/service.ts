import type { IncomingHttpHeaders } from 'node:http';
import type { Readable } from 'node:stream';
import type { AccessReader, AccessRequest } from './access.ts';
import type { Clock } from './clock.ts';

/** Who signed a request: an IAM principal of the stack's one account. */
export interface Caller {
  /** `arn:aws:iam::ACCOUNT:root` for the local administrator, `arn:aws:sts::ACCOUNT:assumed-role/ROLE/SESSION` for a role. */
  readonly arn: string;
  readonly account: string;
  readonly accessKeyId: string;
}

/** A signed request as the gateway hands it to a service; the signature has been verified. */
export interface ServiceRequest {
  readonly method: string;
  /** Path as it came, still percent-encoded, without the query. */
  readonly path: string;
  readonly query: URLSearchParams;
  /** Lower-case names. */
  readonly headers: IncomingHttpHeaders;
  /** The body as it came. `readBody` collects a small one; S3 streams it. */
  readonly body: Readable;
  readonly caller: Caller;
  /** The Region that it is signed for; absent: the stack's. */
  readonly region?: string | undefined;
  readonly requestId: string;
  /** Judges what could not be told before the body was read, thing by thing: the error that refuses it. Absent: everything is allowed. */
  readonly refusalOf?: (access: AccessRequest) => ServiceError | undefined;
}

export interface ServiceResponse {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array | Readable;
}

/** What CloudFormation would know of a resource after making it: `Ref` and `Fn::GetAtt`. */
export interface ResourceValues {
  readonly ref: string;
  readonly attributes: Readonly<Record<string, string>>;
}

/** One resource of the template, its intrinsic functions resolved. */
export interface Resource {
  readonly logicalId: string;
  /** The physical name to use when the properties name none: stable over restarts, unique in the stack. */
  readonly name: string;
  readonly type: string;
  // biome-ignore lint/suspicious/noExplicitAny: CloudFormation properties are as the template has them; each service reads its own.
  readonly properties: any;
}

/** Makes a resource, or brings it to its properties when it exists (called at every start). Refuses loudly a property that it would ignore and that changes behaviour. */
export type ResourceHandler = (resource: Resource) => ResourceValues | Promise<ResourceValues>;

/** An AWS service of the local stack. */
export interface Service {
  /** The name that clients sign for, e.g. `dynamodb`, `states`, `s3`. */
  readonly signingName: string;
  /** What a call asks leave for; judged before `handle` gets it. */
  readonly access: AccessReader;
  handle(request: ServiceRequest): Promise<ServiceResponse>;
  /** By CloudFormation type. */
  readonly resources: Readonly<Record<string, ResourceHandler>>;
  /** Called once when all resources of the template stand: deliveries and timers go on where they were. */
  start?(): void | Promise<void>;
  /** Ends timers, workers and child processes; nothing that was answered is lost. */
  close(): void | Promise<void>;
}

/** What every service is given. */
export interface StackContext {
  readonly account: string;
  readonly region: string;
  readonly partition: string;
  /** `http://127.0.0.1:PORT`, without a slash at the end. */
  readonly endpoint: string;
  /** The folder of everything that the stack keeps. A service keeps its own in `<dir>/<service>/`. */
  readonly dir: string;
  readonly clock: Clock;
}

/** An AWS error that a service answers with: `code` is what clients compare. */
export class ServiceError extends Error {
  readonly code: string;
  readonly status: number;
  /** Further members of the error body (e.g. CancellationReasons). */
  readonly members: Readonly<Record<string, unknown>>;

  constructor(code: string, message: string, status = 400, members: Readonly<Record<string, unknown>> = {}) {
    super(message);
    this.name = code;
    this.code = code;
    this.status = status;
    this.members = members;
  }
}

/** Collects a body of at most `limit` bytes. */
export async function readBody(body: Readable, limit = 16 * 1024 * 1024): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of body) {
    size += chunk.length;
    if (size > limit) throw new ServiceError('RequestEntityTooLargeException', `The body is over ${limit} bytes.`, 413);
    chunks.push(chunk as Buffer);
  }
  return Buffer.concat(chunks);
}
