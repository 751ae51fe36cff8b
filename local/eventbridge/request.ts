import { ServiceError, type ServiceRequest, type ServiceResponse, type StackContext } from '../service.ts';
import type { TargetPorts } from '../target.ts';
import type { Bus } from './bus.ts';
import type { Rule, Store } from './store.ts';

export type Input = Readonly<Record<string, unknown>>;

/** What an operation works on. */
export interface Desk {
  readonly context: StackContext;
  readonly bus: Bus;
  readonly store: Store;
  readonly ports: TargetPorts;
}

/** An operation of the API: reads its input, answers with the output's members. */
export type Operation = (desk: Desk, input: Input) => object;

/** A member that must be a text. */
export function text(input: Input, member: string): string {
  const value = input[member];
  if (typeof value === 'string' && value !== '') return value;
  throw new ServiceError('ValidationException', `${member} must be a text of at least one character.`);
}

/** A text that may be missing. */
export function maybeText(input: Input, member: string): string | undefined {
  return input[member] === undefined || input[member] === null ? undefined : text(input, member);
}

/** A list of at least one and at most `most`. */
export function list<T>(input: Input, member: string, most: number): readonly T[] {
  const value = input[member];
  if (Array.isArray(value) && value.length > 0 && value.length <= most) return value as T[];
  throw new ServiceError('ValidationException', `${member} must be a list of 1 to ${most} members.`);
}

/** The rule that an input names, on the one bus there is. */
export function ruleNamed(store: Store, input: Input, member = 'Name'): Rule {
  onlyDefaultBus(input);
  const name = text(input, member);
  const rule = store.rule(name);
  if (rule !== undefined) return rule;
  throw new ServiceError('ResourceNotFoundException', `Rule ${name} does not exist on EventBus default.`);
}

/** Refuses a bus that is not the default one. */
export function onlyDefaultBus({ EventBusName: name }: Input): void {
  if (name === undefined || name === null || name === 'default') return;
  if (typeof name === 'string' && /^arn:[^:]*:events:[^:]*:\d{12}:event-bus\/default$/.test(name)) return;
  throw new ServiceError(
    'ResourceNotFoundException',
    `The local stack has no event bus ${name}, only default. ${ELSEWHERE}`,
  );
}

/** How to reach what is not here. */
export const ELSEWHERE = 'Set AWS_ENDPOINT_URL_EVENTBRIDGE to use another endpoint.';

/** A page of `items`, and the NextToken that asks for the rest. */
export function page<T>(items: readonly T[], input: Input): { items: readonly T[]; NextToken?: string } {
  const from = Number(maybeText(input, 'NextToken') ?? 0);
  const { Limit } = input;
  const limit = Limit === undefined ? 100 : Number(Limit);
  if (!Number.isInteger(from) || from < 0)
    throw new ServiceError('ValidationException', 'NextToken is not one of ours.');
  if (!(limit >= 1 && limit <= 100)) throw new ServiceError('ValidationException', 'Limit must be 1 to 100.');
  const end = from + limit;
  return { items: items.slice(from, end), ...(end < items.length && { NextToken: String(end) }) };
}

/** The body of a request of JSON 1.1. */
export function parseInput(body: Buffer): Input {
  try {
    const input: unknown = JSON.parse(body.toString() || '{}');
    if (typeof input === 'object' && input !== null && !Array.isArray(input)) return input as Input;
  } catch {
    // Answered below, with what is no object.
  }
  throw new ServiceError('SerializationException', 'The body is not a JSON object.');
}

/** An answer of JSON 1.1. */
export function answer(request: ServiceRequest, status: number, body: object): ServiceResponse {
  const headers = { 'content-type': 'application/x-amz-json-1.1', 'x-amzn-requestid': request.requestId };
  return { status, headers, body: JSON.stringify(body) };
}
