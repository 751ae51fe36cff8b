import { describe, expect, test } from 'vitest';
import { chooseRoute, parseRouteKey } from '../../../local/api-gateway/routes.ts';
import { Stack } from './stack.ts';

const documented = ['GET /pets/dog/1', 'GET /pets/dog/{id}', 'GET /pets/{proxy+}', 'ANY /{proxy+}', '$default'];

function choose(keys: readonly string[], method: string, path: string) {
  const routes = keys.map((key) => ({ key, pattern: parseRouteKey(key) }));
  const match = chooseRoute(routes, method, path);
  return match && [match.route.key, match.pathParameters];
}

describe("the table of API Gateway's documentation", () => {
  test.each([
    ['GET', '/pets/dog/1', 'GET /pets/dog/1', {}],
    ['GET', '/pets/dog/2', 'GET /pets/dog/{id}', { id: '2' }],
    ['GET', '/pets/cat/1', 'GET /pets/{proxy+}', { proxy: 'cat/1' }],
    ['POST', '/test/5', 'ANY /{proxy+}', { proxy: 'test/5' }],
  ])('%s %s takes %s', (method, path, key, parameters) => {
    expect(choose(documented, method, path)).toEqual([key, parameters]);
    expect(choose(documented.toReversed(), method, path)).toEqual([key, parameters]);
  });
});

test.each([
  [['GET /a', 'ANY /a'], 'GET', '/a', 'GET /a'],
  [['GET /a', 'ANY /a'], 'PUT', '/a', 'ANY /a'],
  [['ANY /a/b', 'GET /a/{x}'], 'GET', '/a/b', 'ANY /a/b'],
  [['GET /{x}/b', 'GET /a/{y}'], 'GET', '/a/b', 'GET /a/{y}'],
  [['GET /{x}', 'GET /{y+}'], 'GET', '/a', 'GET /{x}'],
  [['POST /a/b', 'ANY /{y+}'], 'GET', '/a/b', 'ANY /{y+}'],
  [['GET /', '$default'], 'GET', '/', 'GET /'],
  [['GET /', '$default'], 'POST', '/', '$default'],
  [['ANY /{y+}', '$default'], 'GET', '/', '$default'],
  [['GET /a', 'HEAD /a'], 'HEAD', '/a', 'HEAD /a'],
  [['GET /a', 'ANY /a'], 'HEAD', '/a', 'ANY /a'],
  [['GET /a/{y+}'], 'GET', '/a/b/', 'GET /a/{y+}'],
])('of %j, %s %s takes %s', (keys, method, path, key) => {
  expect(choose(keys, method, path)?.[0]).toBe(key);
  expect(choose(keys.toReversed(), method, path)?.[0]).toBe(key);
});

test.each([
  [['GET /a'], 'HEAD', '/a'],
  [['GET /a'], 'POST', '/a'],
  [['GET /a'], 'GET', '/a/'],
  [['GET /a'], 'GET', '/a/b'],
  [['GET /a'], 'GET', '/A'],
  [['GET /a/b'], 'GET', '/a'],
  [['GET /a/{x}'], 'GET', '/a/'],
  [['GET /a/{x+}'], 'GET', '/a'],
  [['GET /a/{x+}'], 'GET', '/a/'],
  [['ANY /{x+}'], 'GET', '/'],
  [[], 'GET', '/'],
])('of %j, none takes %s %s', (keys, method, path) => {
  expect(choose(keys, method, path)).toBeUndefined();
});

test('every variable of a path is told', () => {
  expect(choose(['POST /{op}/{pipeline}/{rest+}'], 'POST', '/Start/my.pipe/a/b')).toEqual([
    'POST /{op}/{pipeline}/{rest+}',
    { op: 'Start', pipeline: 'my.pipe', rest: 'a/b' },
  ]);
});

test.each([
  'GET',
  'GET a',
  'FETCH /a',
  'GET /{a+}/b',
  'GET /{a}/{a}',
  'GET /x{a}',
  'GET /a b',
  'get /a',
  'GET /{}',
  '',
])('the route key %j is refused', (key) => {
  expect(() => parseRouteKey(key)).toThrow(`The route key ${key} is not valid`);
});

test('a request that no route takes is not found', async () => {
  const stack = new Stack();
  await stack.api(['GET /a']);

  const answer = await stack.request('HEAD', '/a');

  expect(answer).toMatchObject({
    status: 404,
    text: '{"message":"Not Found"}',
    headers: { 'content-type': 'application/json' },
  });
  expect(stack.events).toEqual([]);
});

test('a stage with a name is under its name, and $default takes the rest', async () => {
  const stack = new Stack();
  const ApiId = await stack.api(['GET /a', '$default']);
  await stack.make('Stage', 'Beta', { ApiId, StageName: 'beta', AutoDeploy: true, StageVariables: { colour: 'red' } });

  await stack.request('GET', '/beta/a');
  const named = stack.event;
  await stack.request('GET', '/$default/a');
  const other = stack.event;

  expect(named).toMatchObject({ routeKey: 'GET /a', rawPath: '/beta/a', stageVariables: { colour: 'red' } });
  expect(named.requestContext.stage).toBe('beta');
  expect(other).toMatchObject({ routeKey: '$default', requestContext: { stage: '$default' } });
});
