import { expect, test } from 'vitest';
import { functionArn, Stack } from './stack.ts';

test('an API is known by its id and the address of the stack', async () => {
  const stack = new Stack('http://127.0.0.1:9');

  const values = await stack.make('Api', 'Api', { Name: 'demo', ProtocolType: 'HTTP', Description: 'd' });

  expect(values.ref).toMatch(/^[0-9a-f]{10}$/);
  expect(values.attributes).toEqual({ ApiEndpoint: 'http://127.0.0.1:9', ApiId: values.ref });
  expect(stack.gateway.url).toBe('http://127.0.0.1:9');
});

test('ids stay the same at the next start, and resources can be made again', async () => {
  const first = new Stack();
  const second = new Stack();

  const ids = [await first.api(['GET /a']), await second.api(['GET /a']), await second.api(['GET /a'])];

  expect(new Set(ids).size).toBe(1);
  expect((await second.request('GET', '/a')).status).toBe(200);
});

test.each([
  ['Api', { ProtocolType: 'WEBSOCKET' }, 'serves HTTP APIs; X is WEBSOCKET'],
  ['Api', { ProtocolType: 'HTTP', Body: {} }, 'does not know Body of X'],
  ['Api', { ProtocolType: 'HTTP' }, 'serves one HTTP API; X is a second'],
  ['Stage', { StageName: 'a' }, 'The stage X needs AutoDeploy'],
  ['Stage', { StageName: 'a', AutoDeploy: true, RouteSettings: {} }, 'does not know RouteSettings of X'],
  ['Stage', { StageName: 'a', AutoDeploy: true, DefaultRouteSettings: { DataTraceEnabled: true } }, 'DataTraceEnabled'],
  ['Stage', { StageName: 'a', AutoDeploy: true, AccessLogSettings: { DestinationArn: 'x' } }, 'AccessLogSettings of X'],
  ['Stage', { ApiId: 'other', StageName: 'a', AutoDeploy: true }, 'X names the API other, which is not there'],
  ['Route', { RouteKey: 'GET /b' }, 'The Target undefined of X is no integration'],
  ['Route', { RouteKey: 'GET /b', Target: 'integrations/none' }, 'The Target integrations/none of X'],
  ['Route', { RouteKey: 'GET /b', AuthorizationType: 'JWT' }, 'authorizes by NONE and AWS_IAM; X has JWT'],
  ['Route', { RouteKey: 'GET /b', AuthorizerId: 'x' }, 'does not know AuthorizerId of X'],
  ['Integration', { IntegrationType: 'HTTP_PROXY', PayloadFormatVersion: '1.0' }, 'X must be of type AWS_PROXY'],
  ['Integration', { IntegrationType: 'AWS_PROXY', PayloadFormatVersion: '1.0' }, 'with payload format 2.0'],
  [
    'Integration',
    { IntegrationType: 'AWS_PROXY', PayloadFormatVersion: '2.0', IntegrationUri: 'arn:aws:sqs:x:1:q' },
    'is no function',
  ],
  [
    'Integration',
    { IntegrationType: 'AWS_PROXY', PayloadFormatVersion: '2.0', IntegrationUri: functionArn, TimeoutInMillis: 40_000 },
    'from 50 to 30000, not 40000',
  ],
  [
    'Integration',
    { IntegrationType: 'AWS_PROXY', PayloadFormatVersion: '2.0', IntegrationUri: functionArn, CredentialsArn: 'x' },
    'does not know CredentialsArn',
  ],
])('%s with %j is refused', async (type, properties, message) => {
  const stack = new Stack();
  const ApiId = await stack.api(['GET /a']);

  const making = stack.make(type, 'X', type === 'Api' ? properties : { ApiId, ...properties });

  await expect(making).rejects.toThrow(message);
});

test('a second route with the key of another is refused', async () => {
  const stack = new Stack();
  const ApiId = await stack.api(['GET /a']);
  const { ref } = await stack.make('Integration', 'I', {
    ApiId,
    IntegrationType: 'AWS_PROXY',
    IntegrationUri: functionArn,
    PayloadFormatVersion: 2.0,
  });

  const making = stack.make('Route', 'Other', { ApiId, RouteKey: 'GET /a', Target: `integrations/${ref}` });

  await expect(making).rejects.toMatchObject({ code: 'ConflictException' });
});

test("an integration may be named in API Gateway's own way", async () => {
  const stack = new Stack();
  const uri = `arn:aws:apigateway:eu-west-1:lambda:path/2015-03-31/functions/${functionArn}/invocations`;
  await stack.api(['GET /a'], { integration: { IntegrationUri: uri } });
  const arns: string[] = [];
  stack.invoke = async (arn) => {
    arns.push(arn);
    return { payload: '1' };
  };

  await stack.request('GET', '/a');

  expect(arns).toEqual([functionArn]);
});

test('an API whose endpoint is disabled, or that the template does not have, is not found', async () => {
  const disabled = new Stack();
  await disabled.api(['GET /a'], { api: { DisableExecuteApiEndpoint: true } });

  expect((await disabled.request('GET', '/a')).status).toBe(404);
  expect((await new Stack().request('GET', '/a')).status).toBe(404);
});
