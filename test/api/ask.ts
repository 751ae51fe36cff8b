import type { APIGatewayProxyEventV2, Context } from 'aws-lambda';
import { handler } from '../../functions/api/api.ts';

export const context = {
  awsRequestId: 'request',
  invokedFunctionArn: 'arn:aws:lambda:us-east-1:123456789012:function:sluice',
  getRemainingTimeInMillis: () => 60_000,
} as Context;

/** What an operation answers. */
export interface Answer {
  readonly [member: string]: unknown;
}

/** Asks the function of the API, as JSON 1.1 does. */
export async function ask(
  operation: string,
  input: object,
): Promise<{ readonly status: number; readonly output: Answer }> {
  const event = {
    headers: { 'x-amz-target': `CodePipeline_20150709.${operation}` },
    body: JSON.stringify(input),
    requestContext: {
      http: { sourceIp: '203.0.113.7', userAgent: 'test' },
      authorizer: { iam: { userArn: 'arn:aws:iam::123456789012:user/me' } },
    },
  } as unknown as APIGatewayProxyEventV2;
  const { statusCode = 0, body = '' } = await handler(event, context);
  return { status: statusCode, output: body === '' ? {} : JSON.parse(body) };
}
