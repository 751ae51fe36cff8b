import { backOff, type Delivery } from './outbox.ts';
import type { Ports, Sender } from './ports.ts';
import { ServiceError } from './service.ts';

/** What a bus or a scheduler may send to. */
export type TargetPorts = Pick<Ports, 'invokeLater' | 'startExecution' | 'sendMessage'> &
  Partial<Pick<Ports, 'publish'>>;

/** How often and how long (seconds) a target is tried; by default 185 times again within 24 hours, as AWS does. */
export interface RetryPolicy {
  readonly MaximumRetryAttempts?: number;
  readonly MaximumEventAgeInSeconds?: number;
}

/** Who may be a target: a Lambda function, a state machine, a queue, and a topic where `publish` is given. */
export function isTarget(ports: TargetPorts, arn: string): boolean {
  return senderOf(ports, arn) !== undefined;
}

/**
 * Sends `payload` to a target. `id` tells a repeated delivery: an execution of a state machine is named by it, so that a second
 * try after a crash starts none again.
 */
export async function sendTo(ports: TargetPorts, arn: string, payload: string, id: string, by: Sender): Promise<void> {
  const send = senderOf(ports, arn);
  if (send === undefined) throw new ServiceError('ResourceNotFoundException', `The local stack has no target ${arn}.`);
  await send(payload, id, by);
}

/** When a failed delivery is tried again: exponentially later, at most 8 minutes; undefined when the policy allows no more. */
export function retryTime(
  policy: RetryPolicy,
  delivery: Delivery<unknown>,
  error: Error,
  now: number,
): number | undefined {
  if (isFinal(error) || triesAreUp(policy, delivery)) return undefined;
  const again = now + backOff(delivery.attempts, 480_000);
  return again - delivery.since > (policy.MaximumEventAgeInSeconds ?? 86_400) * 1000 ? undefined : again;
}

/** What a dead letter says of why it was given up: the limit that was reached, or nothing when no retry could have helped. */
export function exhausted(policy: RetryPolicy, delivery: Delivery<unknown>, error: Error): Record<string, string> {
  if (isFinal(error)) return {};
  const condition = triesAreUp(policy, delivery) ? 'MaximumRetryAttempts' : 'MaximumEventAgeInSeconds';
  return { EXHAUSTED_RETRY_CONDITION: condition };
}

/** Refuses a retry policy that AWS refuses. */
export function checkRetryPolicy({
  MaximumRetryAttempts: tries = 185,
  MaximumEventAgeInSeconds: age = 86_400,
}: RetryPolicy): void {
  const valid =
    Number.isInteger(tries) && tries >= 0 && tries <= 185 && Number.isInteger(age) && age >= 60 && age <= 86_400;
  if (valid) return;
  throw new ServiceError(
    'ValidationException',
    'RetryPolicy takes 0 to 185 MaximumRetryAttempts and 60 to 86400 MaximumEventAgeInSeconds.',
  );
}

/** Whether an error says that its target is not there. */
export function isGone(error: Error): boolean {
  return /NotFound|DoesNotExist|NonExistentQueue/.test(error.name);
}

/** Whether an error says that the target refuses the sender. */
export function isRefused(error: Error): boolean {
  return /AccessDenied|NotAuthorized|AuthorizationError/.test(error.name);
}

// No retry cures these (Amazon EventBridge User Guide, "Using dead-letter queues").
function isFinal(error: Error): boolean {
  return isGone(error) || isRefused(error);
}

function triesAreUp(policy: RetryPolicy, delivery: Delivery<unknown>): boolean {
  return delivery.attempts > (policy.MaximumRetryAttempts ?? 185);
}

type Send = (payload: string, id: string, by: Sender) => Promise<unknown>;

function senderOf(ports: TargetPorts, arn: string): Send | undefined {
  const { publish } = ports;
  switch (arn.split(':')[2]) {
    case 'lambda':
      return (payload, _, by) => ports.invokeLater(arn, payload, by);
    case 'states':
      return (payload, id, by) => startOnce(ports, arn, payload, id, by);
    case 'sqs':
      return async (payload, _, by) => ports.sendMessage(arn, payload, undefined, by);
    case 'sns':
      return publish && (async (payload, _, by) => publish(arn, payload, undefined, by));
    default:
      return undefined;
  }
}

async function startOnce(ports: TargetPorts, arn: string, payload: string, id: string, by: Sender): Promise<void> {
  try {
    await ports.startExecution(arn, id, payload, by);
  } catch (error) {
    if (!(error instanceof Error && error.name === 'ExecutionAlreadyExists')) throw error;
  }
}
