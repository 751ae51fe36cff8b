import type { AccessRequest } from './access.ts';
import type { Ports, Sender } from './ports.ts';
import { ServiceError } from './service.ts';

/** What the suppliers of the ports say each use of them asks for. */
export interface PortAccess {
  invoke(functionArn: string): readonly AccessRequest[];
  start(stateMachineArn: string): readonly AccessRequest[];
  send(queueArn: string): readonly AccessRequest[];
  publish(topicArn: string): readonly AccessRequest[];
  assume(roleArn: string): readonly AccessRequest[];
  read(streamArn: string): readonly AccessRequest[];
  put(bucket: string, key: string): readonly AccessRequest[];
  write(group: string, stream: string): readonly AccessRequest[];
}

/** Why a service of the stack may not have one of these; undefined when it may have all. */
type DenialOf = (sender: Sender, access: readonly AccessRequest[]) => { readonly message: string } | undefined;

/**
 * The ports, each use of which is allowed by AWS's rules to who uses it, or throws AccessDeniedException. Who does not say as whom it
 * calls is refused: only the delivery of logs to CloudWatch (of API Gateway, of Step Functions) needs no permission here.
 */
export function guardedPorts(ports: Ports, access: PortAccess, denialOf: DenialOf): Ports {
  function check(by: Sender | undefined, requests: readonly AccessRequest[]): void {
    if (by === undefined) throw new Error(`${requests[0]?.action} was asked for without saying as whom.`);
    const denial = denialOf(by, requests);
    if (denial !== undefined) throw new ServiceError('AccessDeniedException', denial.message, 403);
  }
  return {
    ...ports,
    async invoke(functionArn, payload, by) {
      check(by, access.invoke(functionArn));
      return ports.invoke(functionArn, payload, by);
    },
    async invokeLater(functionArn, payload, by) {
      check(by, access.invoke(functionArn));
      return ports.invokeLater(functionArn, payload, by);
    },
    async startExecution(stateMachineArn, name, input, by) {
      check(by, access.start(stateMachineArn));
      return ports.startExecution(stateMachineArn, name, input, by);
    },
    sendMessage(queueArn, body, attributes, by) {
      check(by, access.send(queueArn));
      ports.sendMessage(queueArn, body, attributes, by);
    },
    publish(topicArn, message, subject, by) {
      check(by, access.publish(topicArn));
      ports.publish(topicArn, message, subject, by);
    },
    assumeRole(roleArn, sessionName, seconds, by) {
      check(by, access.assume(roleArn));
      return ports.assumeRole(roleArn, sessionName, seconds, by);
    },
    readStream(streamArn, after, limit, by) {
      check(by, access.read(streamArn));
      return ports.readStream(streamArn, after, limit, by);
    },
    async putObject(bucket, key, body, by) {
      check(by, access.put(bucket, key));
      return ports.putObject(bucket, key, body, by);
    },
    log(group, stream, lines, by) {
      const denied = by !== undefined && denialOf(by, access.write(group, stream)) !== undefined;
      // As on AWS, a function whose role may not write its log has none.
      if (!denied) ports.log(group, stream, lines, by);
    },
    mayStart: (stateMachineArn, by) => check(by, access.start(stateMachineArn)),
  };
}
