import type { Delivery } from '../outbox.ts';
import type { Sender } from '../ports.ts';
import { exhausted, isGone, isRefused, type TargetPorts } from '../target.ts';
import type { Target } from './store.ts';

const SERVICE = 'events.amazonaws.com';

/** One event on its way to one target. */
export interface Work {
  readonly ruleArn: string;
  readonly target: Pick<Target, 'Arn' | 'RoleArn' | 'DeadLetterConfig' | 'RetryPolicy'>;
  readonly eventId: string;
  readonly payload: string;
  /** The whole event, when a dead-letter queue would get it. */
  readonly event?: string;
}

/**
 * Sends an undeliverable event to its target's dead-letter queue with the attributes that EventBridge gives it (Amazon EventBridge
 * User Guide, "Using dead-letter queues"). Without such a queue the event is dropped, as on AWS; one line on stderr says so.
 */
export function deadLetter(ports: TargetPorts, delivery: Delivery<Work>, error: Error): void {
  const { ruleArn, target, event } = delivery.work;
  const queue = target.DeadLetterConfig?.Arn;
  if (queue === undefined || event === undefined) {
    console.error(`EventBridge dropped an event of ${ruleArn} for ${target.Arn}: ${error.name}: ${error.message}`);
    return;
  }
  const letter = {
    RULE_ARN: ruleArn,
    TARGET_ARN: target.Arn,
    ERROR_CODE: codeOf(error),
    ERROR_MESSAGE: error.message,
    RETRY_ATTEMPTS: String(delivery.attempts - 1),
    ...exhausted(target.RetryPolicy ?? {}, delivery, error),
  };
  ports.sendMessage(queue, event, letter, { service: SERVICE, sourceArn: ruleArn });
}

/** As whom a target is called: with the target's role when it has one, and else as EventBridge for the rule. */
export function senderOf({ ruleArn, target }: Work): Sender {
  return { service: SERVICE, sourceArn: ruleArn, role: target.RoleArn, session: 'EventBridge' };
}

function codeOf(error: Error): string {
  if (isGone(error)) return 'NO_RESOURCE';
  if (isRefused(error)) return 'NO_PERMISSIONS';
  return /Throttl|TooManyRequests/.test(error.name) ? 'THROTTLING' : 'ERROR_FROM_TARGET';
}
