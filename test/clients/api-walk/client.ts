/** One call, its input as the service model has it. Bytes of S3's objects are Base64. */
export interface Call {
  readonly service: 'codepipeline' | 's3';
  readonly operation: string;
  readonly input: object;
  /** Other keys than the administrator's. */
  readonly credentials?: SessionKeys;
}

export interface SessionKeys {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
}

/** What a client saw: the answer as its user reads it, or the exception of its own that it threw. */
export interface Seen {
  // biome-ignore lint/suspicious/noExplicitAny: an answer is what the operation answers.
  readonly output?: any;
  readonly error?: { readonly type: string; readonly message: string };
}

/** A client of AWS's, unmodified, that makes whatever call it is asked for. */
export interface WalkClient {
  call(call: Call): Promise<Seen>;
  close(): Promise<void>;
}
