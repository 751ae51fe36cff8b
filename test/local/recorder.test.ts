import { expect, it } from 'vitest';
import type { Ports } from '../../local/ports.ts';
import { type FunctionEvent, recordedPorts, type StackRecorder } from '../../local/recorder.ts';

const arn = 'arn:aws:lambda:us-east-1:000000000000:function:f';

function recorded() {
  const events: FunctionEvent[] = [];
  const done: string[] = [];
  const ports = {
    invoke: async (to: string, payload: string) => {
      done.push(`invoke ${to} ${payload}`);
      return { payload: 'answer' };
    },
    invokeLater: async (to: string, payload: string) => void done.push(`later ${to} ${payload}`),
    sendMessage: (to: string, body: string) => void done.push(`message ${to} ${body}`),
  } as unknown as Ports;
  const recorder: StackRecorder = {
    call: () => undefined,
    access: () => undefined,
    event: (event) => events.push(event),
  };
  return { events, done, ports, recorder };
}

it('tells of each event on its way to a function, and sends it there', async () => {
  const { events, done, ports, recorder } = recorded();

  const { invoke, invokeLater } = recordedPorts(ports, 'scheduler', recorder);
  const answer = await invoke(arn, '{"a":1}');
  await invokeLater(arn, '{"b":2}');

  expect(answer).toEqual({ payload: 'answer' });
  expect(events).toEqual([
    { source: 'scheduler', function: arn, payload: '{"a":1}' },
    { source: 'scheduler', function: arn, payload: '{"b":2}' },
  ]);
  expect(done).toEqual([`invoke ${arn} {"a":1}`, `later ${arn} {"b":2}`]);
});

it('leaves all other ports as they are', () => {
  const { events, done, ports, recorder } = recorded();

  recordedPorts(ports, 'sns', recorder).sendMessage('queue', 'text');

  expect(done).toEqual(['message queue text']);
  expect(events).toEqual([]);
});

it('is nothing at all without a recorder', () => {
  const { ports } = recorded();

  expect(recordedPorts(ports, 'eventbridge', undefined)).toBe(ports);
});
