import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { context } from '../../handlers/world.ts';

export interface Answered {
  readonly status: number | undefined;
  /** What was answered; of a refusal `__type` and `message`. */
  readonly body: Record<string, unknown>;
}

/** Calls an operation through the API's function, by its path. The world must be open. */
export async function call(operation: string, input: object): Promise<Answered> {
  const { handler } = await import('../../../functions/api/api.ts');
  const event = {
    pathParameters: { operation },
    headers: {},
    body: JSON.stringify(input),
    isBase64Encoded: false,
    requestContext: { http: { sourceIp: '203.0.113.7', userAgent: 'test' } },
  } as unknown as APIGatewayProxyEventV2;
  const { statusCode, body = '' } = await handler(event, context);
  return { status: statusCode, body: body === '' ? {} : JSON.parse(body) };
}
