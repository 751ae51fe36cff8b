import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2, Context } from 'aws-lambda';
import { Refusal } from '../domain/refusal.ts';
import { givenBy } from '../lambda/given.ts';
import { rawBody } from '../lambda/http.ts';
import { logger } from '../lambda/logger.ts';
import type { OperationGiven } from './operation.ts';
import { operations } from './operations.ts';
import { type Answer, answer, refuse } from './protocol.ts';
import { route } from './route.ts';
import { validateInput } from './validate.ts';

/** The CodePipeline API: 44 operations over JSON 1.1, by path (`POST /{Operation}/{pipeline}/…`) or plain (`POST /`). */
export async function handler(
  event: APIGatewayProxyEventV2,
  context: Context,
): Promise<APIGatewayProxyStructuredResultV2> {
  const given: OperationGiven = { ...givenBy(context), caller: callerOf(event) };
  const log: Record<string, unknown> = { requestId: context.awsRequestId, caller: given.caller };
  const { status, headers, body } = await perform(event, given, log);
  logger.info('API', { ...log, status, milliseconds: Date.now() - given.now });
  return { statusCode: status, headers: { ...headers, 'x-amzn-requestid': context.awsRequestId }, body };
}

async function perform(
  event: APIGatewayProxyEventV2,
  given: OperationGiven,
  log: Record<string, unknown>,
): Promise<Answer> {
  try {
    const { operation, input } = route(event.pathParameters ?? {}, event.headers, rawBody(event));
    log['operation'] = operation;
    const run = Object.hasOwn(operations, operation) ? operations[operation] : undefined;
    const valid = validateInput(operation, input);
    if (!run) throw new Refusal('NotImplementedException', `The operation ${operation} is not built yet in Sluice.`);
    return answer(await run(valid as never, given));
  } catch (error) {
    if (error instanceof Refusal) {
      log['refused'] = error.code;
      return refuse(error);
    }
    logger.error('API', { ...log, error: error as Error });
    return {
      status: 500,
      headers: {},
      body: JSON.stringify({ __type: 'InternalFailure', message: 'The request failed for a reason of our own.' }),
    };
  }
}

function callerOf({ requestContext }: APIGatewayProxyEventV2): string {
  const { authorizer } = requestContext as { authorizer?: { iam?: { userArn?: string } } };
  return authorizer?.iam?.userArn ?? 'anonymous';
}
