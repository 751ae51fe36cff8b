import type { APIGatewayProxyEventV2 } from 'aws-lambda';

const longest = 256;

/** From where a request came, as API Gateway saw it. */
export function originOf({ requestContext: { http } }: Pick<APIGatewayProxyEventV2, 'requestContext'>): {
  readonly sourceIp: string;
  readonly userAgent: string;
} {
  return { sourceIp: http.sourceIp, userAgent: http.userAgent.slice(0, longest) };
}
