import type { Ports } from '../ports.ts';
import { clfTime, type HttpEvent } from './event.ts';
import type { Answer } from './response.ts';

/** Where a stage logs its requests, and how: a format with `$context` variables. */
export interface AccessLog {
  readonly group: string;
  readonly stream: string;
  readonly format: string;
}

/** What is known of a request when its answer goes out. */
export interface Served {
  readonly event: HttpEvent;
  readonly answer: Answer;
  /** Milliseconds. */
  readonly started: number;
  readonly ended: number;
}

/** Writes the line of a request. */
export function logAccess(log: AccessLog | undefined, served: Served, ports: Pick<Ports, 'log'>): void {
  if (log === undefined) return;
  ports.log(log.group, log.stream, [{ time: served.ended, message: line(log.format, served) }]);
}

/** A format with its variables replaced; one that has no value, or that is not known here, is `-`. */
export function line(format: string, served: Served): string {
  const values = variables(served);
  return format.replaceAll(/\$context\.([A-Za-z]+(?:\.[A-Za-z]+)*)/g, (_, name: string) => values[name] ?? '-');
}

function variables({ event, answer, started, ended }: Served): Readonly<Record<string, string | undefined>> {
  const { requestContext: context } = event;
  const identity = context.authorizer?.iam;
  const { method, path, protocol, sourceIp, userAgent } = context.http;
  return {
    accountId: context.accountId,
    apiId: context.apiId,
    domainName: context.domainName,
    domainPrefix: context.domainPrefix,
    'error.message': answer.reason,
    'error.messageString': answer.reason === undefined ? undefined : JSON.stringify(answer.reason),
    extendedRequestId: context.requestId,
    httpMethod: method,
    'identity.accountId': identity?.accountId,
    'identity.caller': identity?.callerId,
    'identity.sourceIp': sourceIp,
    'identity.user': identity?.userId,
    'identity.userAgent': userAgent,
    'identity.userArn': identity?.userArn,
    'integration.error': answer.reason,
    integrationErrorMessage: answer.reason,
    path,
    protocol,
    requestId: context.requestId,
    requestTime: clfTime(started),
    requestTimeEpoch: String(started),
    responseLatency: String(ended - started),
    responseLength: String(Buffer.byteLength(answer.body)),
    routeKey: context.routeKey,
    stage: context.stage,
    status: String(answer.status),
  };
}
