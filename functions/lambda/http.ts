import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2, Context } from 'aws-lambda';
import { Refusal } from '../domain/refusal.ts';
import { type Given, givenBy } from './given.ts';
import { logger } from './logger.ts';

/** The body as the client sent it: API Gateway hands over as base64 what it does not take for text. */
export function rawBody({ body, isBase64Encoded }: Pick<APIGatewayProxyEventV2, 'body' | 'isBase64Encoded'>): Buffer {
  return Buffer.from(body ?? '', isBase64Encoded ? 'base64' : 'utf8');
}

/** An HTTP handler: one log line; a refusal becomes its status and a fault a 500 that tells nothing. */
export function http(
  name: string,
  work: (event: APIGatewayProxyEventV2, given: Given) => Promise<APIGatewayProxyStructuredResultV2>,
): (event: APIGatewayProxyEventV2, context: Context) => Promise<APIGatewayProxyStructuredResultV2> {
  return async (event, context) => {
    const given = givenBy(context);
    const { method, path } = event.requestContext.http;
    try {
      const result = await work(event, given);
      logger.info(name, {
        method,
        path,
        status: result.statusCode,
        requestId: context.awsRequestId,
        milliseconds: Date.now() - given.now,
      });
      return result;
    } catch (error) {
      if (error instanceof Refusal) return json(400, { code: error.code, message: error.message });
      logger.error(name, { method, path, requestId: context.awsRequestId, error: error as Error });
      return json(500, { code: 'InternalFailure', message: `The request failed. Its id is ${context.awsRequestId}.` });
    }
  };
}

/** A JSON answer. */
export function json(statusCode: number, body: object): APIGatewayProxyStructuredResultV2 {
  return {
    statusCode,
    headers: { 'content-type': 'application/json', 'cache-control': 'no-store' },
    body: JSON.stringify(body),
  };
}
