import { expect, test, vi } from 'vitest';
import { guardedPorts, type PortAccess } from '../../local/guarded-ports.ts';
import type { Ports, Sender } from '../../local/ports.ts';

const by: Sender = { service: 'events.amazonaws.com', sourceArn: 'arn:aws:events:us-east-1:000000000000:rule/r' };
const one = (action: string) => (resource: string) => [{ action, resource }];
const access: PortAccess = {
  invoke: one('lambda:InvokeFunction'),
  start: one('states:StartExecution'),
  send: one('sqs:SendMessage'),
  publish: one('sns:Publish'),
  assume: one('sts:AssumeRole'),
  read: one('dynamodb:GetRecords'),
  put: (bucket, key) => [{ action: 's3:PutObject', resource: `${bucket}/${key}` }],
  write: (group, stream) => [{ action: 'logs:PutLogEvents', resource: `${group}:${stream}` }],
};

function guarded(allowed: boolean) {
  const used: string[] = [];
  const unguarded = new Proxy({} as Ports, {
    ownKeys: () => [],
    get: (_, name) => () => {
      used.push(String(name));
    },
  });
  const denialOf = vi.fn(() => (allowed ? undefined : { message: 'no' }));
  return { ports: guardedPorts(unguarded, access, denialOf), denialOf, used };
}

const USES: readonly (readonly [keyof Ports, (ports: Ports, by?: Sender) => unknown, string])[] = [
  ['invoke', (ports, as) => ports.invoke('f', '{}', as), 'lambda:InvokeFunction f'],
  ['invokeLater', (ports, as) => ports.invokeLater('f', '{}', as), 'lambda:InvokeFunction f'],
  ['startExecution', (ports, as) => ports.startExecution('m', undefined, '{}', as), 'states:StartExecution m'],
  ['sendMessage', (ports, as) => ports.sendMessage('q', 'b', undefined, as), 'sqs:SendMessage q'],
  ['publish', (ports, as) => ports.publish('t', 'm', undefined, as), 'sns:Publish t'],
  ['assumeRole', (ports, as) => ports.assumeRole('r', 's', 900, as), 'sts:AssumeRole r'],
  ['readStream', (ports, as) => ports.readStream('st', 0, 1, as), 'dynamodb:GetRecords st'],
  ['putObject', (ports, as) => ports.putObject('b', 'k', '', as), 's3:PutObject b/k'],
];

test.each(USES)('%s is used as whom it is said to be', async (name, use, asked) => {
  const { ports, denialOf, used } = guarded(true);

  await use(ports, by);

  const [action, resource] = asked.split(' ');
  expect(denialOf).toHaveBeenCalledWith(by, [{ action, resource }]);
  expect(used).toEqual([name]);
});

test.each(USES)('%s is refused to who may not, and to who does not say as whom', async (_, use) => {
  const { ports, used } = guarded(false);

  await expect(async () => use(ports, by)).rejects.toMatchObject({ name: 'AccessDeniedException', message: 'no' });
  await expect(async () => use(ports)).rejects.toThrow('without saying as whom');

  expect(used).toEqual([]);
});

test('a machine may not start what its role may not', () => {
  expect(() => guarded(false).ports.mayStart('m', by)).toThrow('no');
  expect(() => guarded(true).ports.mayStart('m', by)).not.toThrow();
});

test('lines that a role may not write are lost without a word; those of a service are written', () => {
  const { ports, used } = guarded(false);

  ports.log('g', 's', [{ time: 0, message: 'lost' }], by);
  ports.log('g', 's', [{ time: 0, message: 'delivered' }]);

  expect(used).toEqual(['log']);
});
