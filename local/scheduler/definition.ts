import { parseSchedule, type Schedule } from '../schedule.ts';
import { ServiceError } from '../service.ts';
import { checkRetryPolicy, isTarget, type TargetPorts } from '../target.ts';
import type { Definition, Target } from './store.ts';

/** How to reach what is not here. */
export const ELSEWHERE = 'Set AWS_ENDPOINT_URL_SCHEDULER to use another endpoint.';

const MEMBERS = [
  'Name',
  'GroupName',
  'ScheduleExpression',
  'ScheduleExpressionTimezone',
  'State',
  'Target',
  'Description',
];
const MORE_MEMBERS = [
  'StartDate',
  'EndDate',
  'KmsKeyArn',
  'ActionAfterCompletion',
  'FlexibleTimeWindow',
  'ClientToken',
];
const TARGET_MEMBERS = ['Arn', 'RoleArn', 'Input', 'RetryPolicy', 'DeadLetterConfig'];

/** Reads a schedule from an API's input or a template's properties; refuses what EventBridge Scheduler refuses, or what would be ignored. */
export function readDefinition(input: Readonly<Record<string, unknown>>, ports: TargetPorts): Definition {
  const unknown = Object.keys(input).find((member) => ![...MEMBERS, ...MORE_MEMBERS].includes(member));
  if (unknown !== undefined) throw invalid(`The local stack has no ${unknown} of a schedule. ${ELSEWHERE}`);
  const { FlexibleTimeWindow, StartDate, EndDate, Description, KmsKeyArn } = input;
  checkWindow(FlexibleTimeWindow);
  const definition: Definition = {
    Name: name('Name', input),
    GroupName: input['GroupName'] === undefined ? 'default' : name('GroupName', input),
    ScheduleExpression: text('ScheduleExpression', input),
    ScheduleExpressionTimezone: String(input['ScheduleExpressionTimezone'] ?? 'UTC'),
    State: oneOf(input, 'State', ['ENABLED', 'DISABLED']),
    ActionAfterCompletion: oneOf(input, 'ActionAfterCompletion', ['NONE', 'DELETE']),
    Target: readTarget(input['Target'], ports),
    ...(Description !== undefined && { Description: String(Description) }),
    ...(KmsKeyArn !== undefined && { KmsKeyArn: String(KmsKeyArn) }),
    ...(StartDate !== undefined && { StartDate: date('StartDate', StartDate) }),
    ...(EndDate !== undefined && { EndDate: date('EndDate', EndDate) }),
  };
  scheduleOf(definition);
  if ((definition.StartDate ?? 0) > (definition.EndDate ?? Number.POSITIVE_INFINITY)) {
    throw invalid('The StartDate you specify cannot be later than the EndDate.');
  }
  return definition;
}

/** The times of a schedule. */
export function scheduleOf({ ScheduleExpression, ScheduleExpressionTimezone }: Definition): Schedule {
  try {
    return parseSchedule(ScheduleExpression, ScheduleExpressionTimezone);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw invalid(`Invalid Schedule Expression ${ScheduleExpression}. ${error.message}`);
  }
}

function readTarget(value: unknown, ports: TargetPorts): Target {
  if (typeof value !== 'object' || value === null) throw invalid('Target must not be null.');
  const target = value as Target;
  const unknown = Object.keys(target).find((member) => !TARGET_MEMBERS.includes(member));
  if (unknown !== undefined) throw invalid(`The local stack has no ${unknown} of a target. ${ELSEWHERE}`);
  const { Arn, RoleArn, Input, RetryPolicy: policy, DeadLetterConfig } = target;
  if (typeof Arn !== 'string' || !isTarget(ports, Arn)) {
    throw invalid(`The local stack schedules Lambda, Step Functions and SQS, not ${Arn}. ${ELSEWHERE}`);
  }
  if (typeof RoleArn !== 'string') throw invalid('Target.RoleArn must not be null.');
  if (Input !== undefined && !isInput(Arn, Input)) throw invalid('Invalid Input: the target takes well-formed JSON.');
  if (DeadLetterConfig?.Arn !== undefined && DeadLetterConfig.Arn.split(':')[2] !== 'sqs') {
    throw invalid(`${DeadLetterConfig.Arn} is not the ARN of a queue.`);
  }
  if (policy === undefined) return target;
  const RetryPolicy = Object.fromEntries(Object.entries(policy).map(([member, number]) => [member, Number(number)]));
  checkRetryPolicy(RetryPolicy);
  return { ...target, RetryPolicy };
}

function isInput(arn: string, input: unknown): boolean {
  if (typeof input !== 'string') return false;
  if (arn.split(':')[2] === 'sqs') return true;
  try {
    JSON.parse(input.replace(/<aws\.scheduler\.[a-z-]+>/g, '0'));
    return true;
  } catch {
    return false;
  }
}

function checkWindow(window: unknown): void {
  const mode = (window as { Mode?: unknown } | undefined)?.Mode;
  if (mode === 'OFF') return;
  if (mode === undefined) throw invalid('FlexibleTimeWindow must not be null.');
  throw invalid(`The local stack has no flexible time windows: Mode must be OFF, not ${mode}. ${ELSEWHERE}`);
}

function name(member: string, input: Readonly<Record<string, unknown>>): string {
  const value = text(member, input);
  if (/^[\w.-]{1,64}$/.test(value)) return value;
  throw invalid(`${member} ${value} must be 1 to 64 letters, digits, dots, dashes or underscores.`);
}

function text(member: string, input: Readonly<Record<string, unknown>>): string {
  const value = input[member];
  if (typeof value === 'string' && value !== '') return value;
  throw invalid(`${member} must not be null.`);
}

function oneOf<T extends string>(input: Readonly<Record<string, unknown>>, member: string, [first, second]: [T, T]): T {
  const value = input[member] ?? first;
  if (value === first || value === second) return value as T;
  throw invalid(`${member} must be ${first} or ${second}, not ${value}.`);
}

/** Seconds since the epoch, as the API has them, or ISO text, as a template has it. */
function date(member: string, value: unknown): number {
  const time = typeof value === 'number' ? value * 1000 : Date.parse(String(value));
  if (Number.isNaN(time)) throw invalid(`${member} ${value} is not a date.`);
  return time;
}

function invalid(message: string): ServiceError {
  return new ServiceError('ValidationException', message);
}
