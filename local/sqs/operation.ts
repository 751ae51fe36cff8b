import type { DatabaseSync } from 'node:sqlite';
import type { Clock } from '../clock.ts';
import { ServiceError } from '../service.ts';
import type { Arrivals } from './arrivals.ts';
import type { Messages } from './messages.ts';
import type { Queues } from './queues.ts';

/** What operations work on. */
export interface Parts {
  readonly database: DatabaseSync;
  readonly clock: Clock;
  readonly queues: Queues;
  readonly messages: Messages;
  readonly arrivals: Arrivals;
}

/** A request's members as they came; each operation reads its own. */
export type Input = Readonly<Record<string, unknown>>;

/** An operation of SQS: answers the members of its response. `caller` is the ARN of who asks. */
export type Operation = (parts: Parts, input: Input, caller: string) => object | Promise<object>;

/** A whole number of the request within its limits. */
export function wholeOf(input: Input, name: string, least: number, most: number, otherwise: number): number {
  const value = input[name] ?? otherwise;
  if (Number.isInteger(value) && Number(value) >= least && Number(value) <= most) return Number(value);
  const message = `Value ${value} for parameter ${name} is invalid. Reason: Must be between ${least} and ${most}, if provided.`;
  throw new ServiceError('InvalidParameterValue', message);
}

/** A list of text of the request; empty when absent. */
export function listOf(input: Input, name: string): string[] {
  const value = input[name] ?? [];
  return Array.isArray(value) ? value.map(String) : [];
}
