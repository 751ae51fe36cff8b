import { textMember } from '../access.ts';
import { ServiceError, type StackContext } from '../service.ts';
import type { Alarm, Alarms } from './alarms.ts';

/** One call: what it says, and what it is about. */
export interface Call {
  readonly input: Readonly<Record<string, unknown>>;
  readonly alarms: Alarms;
  readonly context: StackContext;
}

type Operation = (call: Call) => object;

const STATES = ['OK', 'ALARM', 'INSUFFICIENT_DATA'];
const MOST = 100;

/** By name, what the service does. */
export const OPERATIONS: Readonly<Record<string, Operation>> = {
  DeleteAlarms: deleteAlarms,
  DescribeAlarms: describeAlarms,
  PutMetricAlarm: putMetricAlarm,
  SetAlarmState: setAlarmState,
};

/** The texts of a member that is a list. */
export function texts(input: Call['input'], name: string): readonly string[] {
  const value = input[name];
  return Array.isArray(value) ? value.map(String) : [];
}

/** The ARN of an alarm, there or not. */
export function alarmArn({ account, partition, region }: StackContext, name: string): string {
  return `arn:${partition}:cloudwatch:${region}:${account}:alarm:${name}`;
}

function putMetricAlarm({ input, alarms, context }: Call): object {
  const { AlarmName: _, ...properties } = input;
  const name = required(input, 'AlarmName');
  required(input, 'ComparisonOperator');
  if (!Number.isInteger(input['EvaluationPeriods'])) throw missing('EvaluationPeriods');
  alarms.put(name, properties, context.clock.now());
  return {};
}

function setAlarmState({ input, alarms, context }: Call): object {
  const name = required(input, 'AlarmName');
  const state = required(input, 'StateValue');
  const reason = required(input, 'StateReason');
  if (!STATES.includes(state)) throw invalid(`StateValue must be one of ${STATES.join(', ')}, not ${state}.`);
  if (!alarms.get(name)) throw new ServiceError('ResourceNotFound', `There is no alarm ${name}.`, 404);
  alarms.set(name, state, reason, context.clock.now());
  return {};
}

function deleteAlarms({ input, alarms }: Call): object {
  const names = texts(input, 'AlarmNames');
  if (names.length === 0) throw missing('AlarmNames');
  for (const name of names)
    if (!alarms.get(name)) throw new ServiceError('ResourceNotFound', `There is no alarm ${name}.`, 404);
  for (const name of names) alarms.remove(name);
  return {};
}

/** There are alarms of metrics alone. The token of a page is the name with which the one before ended. */
function describeAlarms({ input, alarms, context }: Call): object {
  const types = texts(input, 'AlarmTypes');
  if (types.length > 0 && !types.includes('MetricAlarm')) return { MetricAlarms: [], CompositeAlarms: [] };
  const names = texts(input, 'AlarmNames');
  const prefix = textMember(input, 'AlarmNamePrefix');
  if (names.length > 0 && prefix !== '') throw invalid('AlarmNames and AlarmNamePrefix cannot both be given.');
  const state = textMember(input, 'StateValue');
  const after = textMember(input, 'NextToken');
  const found = alarms
    .list()
    .filter(({ name }) => (names.length === 0 || names.includes(name)) && name.startsWith(prefix) && name > after)
    .filter((alarm) => state === '' || alarm.state === state);
  const size = Math.min(MOST, Number(input['MaxRecords'] ?? 50));
  const page = found.slice(0, size);
  return {
    MetricAlarms: page.map((alarm) => described(alarm, context)),
    CompositeAlarms: [],
    ...(found.length > page.length ? { NextToken: page.at(-1)?.name } : {}),
  };
}

function described({ name, properties, state, reason, updated, configured }: Alarm, context: StackContext): object {
  return {
    ...properties,
    AlarmName: name,
    AlarmArn: alarmArn(context, name),
    AlarmConfigurationUpdatedTimestamp: configured / 1000,
    StateValue: state,
    StateReason: reason,
    StateUpdatedTimestamp: updated / 1000,
  };
}

function required(input: Call['input'], name: string): string {
  const value = textMember(input, name);
  if (value === '') throw missing(name);
  return value;
}

function missing(name: string): ServiceError {
  return new ServiceError('MissingParameter', `The request must contain the parameter ${name}.`);
}

function invalid(message: string): ServiceError {
  return new ServiceError('InvalidParameterValue', message);
}
