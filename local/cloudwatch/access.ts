import { type AccessReader, jsonMembers, textMember } from '../access.ts';
import type { StackContext } from '../service.ts';
import { alarmArn, OPERATIONS, texts } from './operations.ts';

/** The operation that a request names; empty when it names none. */
export function operationOf(headers: Readonly<Record<string, unknown>>): string {
  return /^GraniteServiceVersion20100801\.(\w+)$/.exec(String(headers['x-amz-target'] ?? ''))?.[1] ?? '';
}

/**
 * What a request asks for. Alarms of other alarms are told of only to who may describe all (API reference, DescribeAlarms), so that a
 * request that asks for them, or names no alarm, is for all.
 */
export function accessOf(context: StackContext): AccessReader {
  return (call) => {
    const name = operationOf(call.headers);
    if (!Object.hasOwn(OPERATIONS, name)) return [];
    const input = jsonMembers(call);
    const isForAll = name === 'DescribeAlarms' && texts(input, 'AlarmTypes').includes('CompositeAlarm');
    const named = [textMember(input, 'AlarmName'), ...texts(input, 'AlarmNames')].filter((each) => each !== '');
    const asked = isForAll || named.length === 0 ? ['*'] : named;
    return asked.map((alarm) => ({ action: `cloudwatch:${name}`, resource: alarmArn(context, alarm) }));
  };
}
