import type { IncomingHttpHeaders } from 'node:http';
import type { Readable } from 'node:stream';
import type { AccessRequest } from '../access.ts';
import type { Clock } from '../clock.ts';
import type { Caller, Service, ServiceResponse } from '../service.ts';

/** What an access key stands for. `expiration` in milliseconds; an expired key is still found for a while, so that it is told from a wrong one. */
export interface FoundCredentials {
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
  readonly caller: Caller;
  readonly expiration?: number;
}

/** A request for the HTTP API of the template. `caller` is there when it was signed for `execute-api` or `codepipeline`. */
export interface ApiRequest {
  readonly method: string;
  /** Still percent-encoded, without the query. */
  readonly path: string;
  /** Without the question mark. */
  readonly query: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Readable;
  readonly caller?: Caller;
  readonly sourceIp: string;
}

/** What is served to people and to git, unsigned, under `prefix` (whole path segments, e.g. `/mail`). */
export interface Page {
  readonly prefix: string;
  serve(request: {
    readonly method: string;
    /** After the prefix, still percent-encoded: empty, or beginning with a slash. */
    readonly path: string;
    readonly query: string;
    readonly headers: IncomingHttpHeaders;
    readonly body: Readable;
  }): Promise<ServiceResponse>;
}

/** A signed call as `observe` sees it. */
export interface ObservedCall {
  readonly service: string;
  readonly operation: string;
  readonly caller: Caller;
  readonly phase: 'before' | 'after';
}

/** A signed call with all that came of it, as `record` is told. */
export interface AnsweredCall {
  readonly service: string;
  readonly operation: string;
  readonly caller: Caller;
  readonly method: string;
  /** Still percent-encoded, without the query. */
  readonly path: string;
  readonly query: string;
  /** With the signature. */
  readonly headers: IncomingHttpHeaders;
  /** Absent when it is the bytes of an S3 object. */
  readonly body?: Buffer;
  readonly status: number;
}

/** Why a call is refused, in AWS's words. */
export interface Denial {
  readonly action: string;
  readonly message: string;
}

export interface GatewayOptions {
  /** 0: any free port. */
  readonly port: number;
  readonly clock: Clock;
  /** Those of a Region by signing name; asked at every request. */
  readonly services: (region: string | undefined) => Pick<ReadonlyMap<string, Service>, 'get'>;
  readonly credentials: { find(accessKeyId: string): FoundCredentials | undefined };
  readonly api: (request: ApiRequest) => Promise<ServiceResponse>;
  readonly pages: readonly Page[];
  /** Why a caller may not have one of these; undefined when it may have all. */
  readonly denialOf: (
    caller: Caller,
    access: readonly AccessRequest[],
    sourceIp: string,
    region: string | undefined,
  ) => Denial | undefined;
  /** Awaited before a signed call is handled, and again when it is done but not yet answered: where a test makes the stack fail. */
  readonly observe?: (call: ObservedCall) => void | Promise<void>;
  /** Told each signed call when it is done but not yet answered. */
  readonly record?: (call: AnsweredCall) => void;
}
