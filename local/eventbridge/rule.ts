import { parseSchedule } from '../schedule.ts';
import { ServiceError } from '../service.ts';
import { checkRetryPolicy, isTarget, type TargetPorts } from '../target.ts';
import { inputMistake } from './input.ts';
import { PatternError } from './match.ts';
import { compilePattern } from './pattern.ts';
import { ELSEWHERE } from './request.ts';
import type { Rule, Target } from './store.ts';

const TARGETS = 5;
const TARGET_MEMBERS = [
  'Id',
  'Arn',
  'RoleArn',
  'Input',
  'InputPath',
  'InputTransformer',
  'DeadLetterConfig',
  'RetryPolicy',
];

/** Refuses a rule that EventBridge refuses: its name, pattern, schedule or state. */
export function checkRule({ name, eventPattern, scheduleExpression, state }: Rule): void {
  if (!/^[.\w-]{1,64}$/.test(name)) throw invalid(`${name} is not a name of a rule.`);
  if (state !== 'ENABLED' && state !== 'DISABLED') {
    throw invalid(`The local stack knows the states ENABLED and DISABLED, not ${state}. ${ELSEWHERE}`);
  }
  if (eventPattern === undefined && scheduleExpression === undefined) {
    throw invalid('Parameter(s) EventPattern or ScheduleExpression must be specified.');
  }
  if (eventPattern !== undefined) readPattern(eventPattern);
  if (scheduleExpression !== undefined) checkSchedule(scheduleExpression);
}

/** The test of an event pattern; refuses one that is not valid with InvalidEventPatternException. */
export function readPattern(pattern: string): ReturnType<typeof compilePattern> {
  try {
    return compilePattern(pattern);
  } catch (error) {
    if (!(error instanceof PatternError)) throw error;
    throw new ServiceError('InvalidEventPatternException', `Event pattern is not valid. Reason: ${error.message}`);
  }
}

function checkSchedule(expression: string): void {
  try {
    if (parseSchedule(expression).kind !== 'at') return;
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw invalid(`Parameter ScheduleExpression is not valid. ${error.message}`);
  }
  throw invalid('Parameter ScheduleExpression is not valid. Rules take rate(...) and cron(...).');
}

/** Refuses targets that EventBridge refuses, and members that the local stack would have to ignore. */
export function checkTargets(ports: TargetPorts, targets: readonly Target[]): void {
  if (targets.length > TARGETS)
    throw new ServiceError('LimitExceededException', `A rule has at most ${TARGETS} targets.`);
  if (new Set(targets.map(({ Id }) => Id)).size < targets.length) throw invalid('Two targets have the same Id.');
  for (const target of targets) checkTarget(ports, target);
}

function checkTarget(ports: TargetPorts, target: Target): void {
  const { Id, Arn } = target;
  const unknown = Object.keys(target).find((member) => !TARGET_MEMBERS.includes(member));
  if (unknown !== undefined) throw invalid(`The local stack has no ${unknown} of a target. ${ELSEWHERE}`);
  if (typeof Id !== 'string' || !/^[.\w-]{1,64}$/.test(Id)) throw invalid(`${Id} is not an Id of a target.`);
  if (typeof Arn !== 'string' || !Arn.startsWith('arn:'))
    throw invalid(`Parameter ${Arn} is not valid. Reason: Provided Arn is not in correct format.`);
  if (!isTarget(ports, Arn)) {
    throw invalid(`The local stack sends to Lambda, Step Functions, SQS and SNS, not to ${Arn}. ${ELSEWHERE}`);
  }
  const queue = target.DeadLetterConfig?.Arn;
  if (queue !== undefined && queue.split(':')[2] !== 'sqs') throw invalid(`${queue} is not the ARN of a queue.`);
  if (target.RetryPolicy !== undefined) checkRetryPolicy(target.RetryPolicy);
  const mistake = inputMistake(target);
  if (mistake !== undefined) throw invalid(mistake);
}

function invalid(message: string): ServiceError {
  return new ServiceError('ValidationException', message);
}
