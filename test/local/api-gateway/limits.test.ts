import { expect, test } from 'vitest';
import { tokenBucket } from '../../../local/api-gateway/throttle.ts';
import { listen, over, root, Stack } from './stack.ts';

test.each([
  [{}, 30_000],
  [{ TimeoutInMillis: 5000 }, 5000],
])('with %j a function is waited for until %i ms have gone', async (integration, milliseconds) => {
  const stack = new Stack();
  await stack.api(['GET /'], { integration });
  const { promise: never } = Promise.withResolvers<never>();
  stack.handler = () => never;
  let ended = false;

  const request = stack.request('GET', '/').finally(() => {
    ended = true;
  });
  while (stack.events.length === 0) await new Promise((resolve) => setImmediate(resolve));
  stack.clock.turn(milliseconds - 1);
  await new Promise((resolve) => setTimeout(resolve, 5));
  const early = ended;
  stack.clock.turn(1);

  expect(await request).toMatchObject({ status: 503, text: '{"message":"Service Unavailable"}' });
  expect(early).toBe(false);
});

test.each([1, 4 * 1024 * 1024])('a body of 10 MB passes, and one of %i bytes more does not', async (more) => {
  const stack = new Stack();
  await stack.api(['POST /']);
  const { port, close } = await listen(stack);
  const most = Buffer.alloc(10 * 1024 * 1024, 'a');

  const passed = await over(port, 'POST', '/', { 'Content-Type': 'text/plain' }, most);
  const refused = await over(
    port,
    'POST',
    '/',
    { 'Content-Type': 'text/plain' },
    Buffer.concat([most, Buffer.alloc(more)]),
  );
  close();

  expect(passed.status).toBe(200);
  expect(refused.status).toBe(413);
  expect(refused.body.toString()).toBe('{"message":"Request Entity Too Large"}');
  expect(stack.events).toHaveLength(1);
});

test('a body that breaks off is a bad request', async () => {
  const stack = new Stack();
  await stack.api(['POST /']);
  const { Readable } = await import('node:stream');
  const body = new Readable({ read: () => body.destroy(new Error('aborted')) });

  expect(await stack.request('POST', '/', { body })).toMatchObject({ status: 400 });
});

test('requests beyond the burst of a route are too many until time has gone', async () => {
  const stack = new Stack();
  await stack.api(['GET /a', 'GET /b'], {
    stage: { DefaultRouteSettings: { ThrottlingBurstLimit: 2, ThrottlingRateLimit: 10 } },
  });
  const statuses = async (path: string, times: number) => {
    const all: number[] = [];
    for (let count = 0; count < times; count += 1) all.push((await stack.request('GET', path)).status);
    return all;
  };

  const first = await statuses('/a', 3);
  const other = await statuses('/b', 1);
  stack.clock.turn(100);
  const later = await statuses('/a', 2);

  expect([first, other, later]).toEqual([[200, 200, 429], [200], [200, 429]]);
});

test('a bucket holds no more than its burst', () => {
  const throttle = tokenBucket(2, 1000);
  throttle(0);

  expect([throttle(60_000), throttle(60_000), throttle(60_000)]).toEqual([true, true, false]);
});

test('a request is logged in the format of its stage', async () => {
  const stack = new Stack();
  const Format =
    '$context.requestTime $context.httpMethod $context.routeKey $context.status $context.responseLength $context.identity.userArn $context.error.message $context.unknown.thing';
  const AccessLogSettings = { DestinationArn: 'arn:aws:logs:eu-west-1:123456789012:log-group:/api/access:*', Format };
  const id = await stack.api([['GET /{x}', 'AWS_IAM']], { stage: { AccessLogSettings } });

  await stack.request('GET', '/a', { caller: root });
  await stack.request('GET', '/a');

  const at = { group: '/api/access', stream: `${id}/$default` };
  expect(stack.lines).toEqual([
    { ...at, message: `03/Nov/2026:04:05:06 +0000 GET GET /{x} 200 2 ${root.arn} - -` },
    { ...at, message: '03/Nov/2026:04:05:06 +0000 GET GET /{x} 403 23 - Forbidden -' },
  ]);
});
