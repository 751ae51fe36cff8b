/** An event as a service of AWS puts it on the default bus. */
export interface BusEvent {
  readonly source: string;
  readonly detailType: string;
  readonly detail: object;
  readonly resources?: readonly string[];
}

/** What came of a synchronous invocation. `payload` is JSON text: the answer, or `{errorType, errorMessage, trace}` when `functionError` is set. */
export interface Invoked {
  readonly payload: string;
  readonly functionError?: 'Unhandled';
}

export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
  /** Milliseconds since the epoch. */
  readonly expiration: number;
}

/** A record of a DynamoDB stream in the shape that Lambda hands to a function (`Records[]` of a stream event). */
export interface StreamRecord {
  readonly sequence: number;
  readonly record: object;
}

/**
 * As whom a service of the stack calls another: as itself, admitted by the policy of what it calls, or with a role that trusts it,
 * by that role's policies.
 */
export interface Sender {
  /** The service principal, e.g. `events.amazonaws.com`. */
  readonly service: string;
  /** The resource on whose behalf it calls: a rule, a route, a topic, a state machine. */
  readonly sourceArn?: string | undefined;
  /** ARN of the role, and the name of its session. */
  readonly role?: string | undefined;
  readonly session?: string;
}

/**
 * What services of the stack ask of one another inside the process. Each is supplied by one service and used by others, so that
 * none imports another's insides. All of them are callable only after `start`. `by` says as whom the caller calls: what that may not do is
 * refused with AccessDeniedException.
 */
export interface Ports {
  /** Lambda, synchronously: runs the function and waits. Rejects with a ServiceError (ResourceNotFoundException, TooManyRequestsException). */
  invoke(functionArn: string, payload: string, by?: Sender): Promise<Invoked>;
  /** Lambda, asynchronously: stored before this resolves; retried twice, then sent to the function's dead-letter queue or failure destination. */
  invokeLater(functionArn: string, payload: string, by?: Sender): Promise<void>;
  /** EventBridge: puts an event of a service of AWS on the default bus; stored before this returns. */
  emit(event: BusEvent): void;
  /** Step Functions: as StartExecution. */
  startExecution(
    stateMachineArn: string,
    name: string | undefined,
    input: string,
    by?: Sender,
  ): Promise<{ executionArn: string }>;
  /** Step Functions: throws unless `by` may start an execution of it. */
  mayStart(stateMachineArn: string, by: Sender): void;
  /** SQS: stored before this returns. */
  sendMessage(queueArn: string, body: string, attributes?: Readonly<Record<string, string>>, by?: Sender): void;
  /** SNS: stored before this returns. */
  publish(topicArn: string, message: string, subject?: string, by?: Sender): void;
  /** STS: credentials of a role for a sandbox or a build; valid for `seconds`. */
  assumeRole(roleArn: string, sessionName: string, seconds: number, by?: Sender): Credentials;
  /** DynamoDB: records of a table's stream after `sequence`, oldest first, at most `limit`. */
  readStream(streamArn: string, after: number, limit: number, by?: Sender): readonly StreamRecord[];
  /** DynamoDB: calls back after records were added to the stream. */
  onStream(streamArn: string, listener: () => void): void;
  /** S3: puts a small object as the service (a stream's failure destination). */
  putObject(bucket: string, key: string, body: string, by?: Sender): Promise<void>;
  /** CloudWatch Logs: appends lines; makes group and stream when they are missing. */
  log(
    group: string,
    stream: string,
    lines: readonly { readonly time: number; readonly message: string }[],
    by?: Sender,
  ): void;
}
