import { expect, test } from 'vitest';
import { ServiceError } from '../../../local/service.ts';
import { call } from '../access-call.ts';
import { Stack } from './stack.ts';

async function opened() {
  const stack = new Stack();
  const api = await stack.api([['POST /{operation}/{pipeline}', 'AWS_IAM'], 'POST /webhooks/{name}/x', 'ANY /open']);
  const asked = (method: string, path: string) => stack.gateway.access(call({ method, path }));
  return { stack, api, asked };
}

test('a route with AWS_IAM asks to be invoked, by its path as it came', async () => {
  const { api, asked } = await opened();
  const prefix = `arn:aws:execute-api:eu-west-1:123456789012:${api}/$default/POST`;

  expect(asked('POST', '/GetPipeline/site')).toEqual([
    { action: 'execute-api:Invoke', resource: `${prefix}/GetPipeline/site` },
  ]);
  expect(asked('POST', '/GetPipeline/my%20site')[0]?.resource).toBe(`${prefix}/GetPipeline/my%20site`);
});

test('a route without authorization, and a path without a route, ask for nothing', async () => {
  const { asked } = await opened();

  expect(asked('POST', '/open')).toEqual([]);
  expect(asked('GET', '/GetPipeline/site')).toEqual([]);
});

test('a function is invoked for its route, and a refusal is an error of the API', async () => {
  const { stack, api } = await opened();
  const senders: unknown[] = [];
  stack.invoke = async (...given: readonly unknown[]) => {
    senders.push(given[2]);
    throw new ServiceError('AccessDeniedException', 'not you', 403);
  };

  const { status, text } = await stack.request('GET', '/open');

  expect({ status, text }).toEqual({ status: 500, text: '{"message":"Internal Server Error"}' });
  const sourceArn = `arn:aws:execute-api:eu-west-1:123456789012:${api}/$default/*/open`;
  expect(senders).toEqual([{ service: 'apigateway.amazonaws.com', sourceArn }]);
});
