import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2, Context } from 'aws-lambda';
import { Refusal } from '../domain/refusal.ts';
import { givenBy } from '../lambda/given.ts';
import { rawBody } from '../lambda/http.ts';
import { logger } from '../lambda/logger.ts';
import { modelOperation } from './model.ts';
import type { OperationGiven } from './operation.ts';
import { operations } from './operations.ts';
import { type Answer, type Protocol, protocolOf, refuse } from './protocol.ts';
import { route } from './route.ts';
import { validateInput } from './validate.ts';

/**
 * The CodePipeline API: 44 operations over JSON 1.1 or CBOR, by path (`POST /{Operation}/{pipeline}/…`) or plain (`POST /`,
 * `POST /service/CodePipeline_20150709/operation/{Operation}`).
 */
export async function handler(
  event: APIGatewayProxyEventV2,
  context: Context,
): Promise<APIGatewayProxyStructuredResultV2> {
  const given: OperationGiven = {
    ...givenBy(context),
    caller: callerOf(event),
    plain: event.pathParameters?.['operation'] === undefined,
  };
  const log: Record<string, unknown> = { requestId: context.awsRequestId, caller: given.caller };
  const { status, ...answer } = await perform(event, protocolOf(event.headers), given, log);
  logger.info('API', { ...log, status, milliseconds: Date.now() - given.now });
  return { statusCode: status, ...answer, headers: { ...answer.headers, 'x-amzn-requestid': context.awsRequestId } };
}

async function perform(
  event: APIGatewayProxyEventV2,
  protocol: Protocol,
  given: OperationGiven,
  log: Record<string, unknown>,
): Promise<Answer> {
  try {
    const { operation, input } = route(event.pathParameters ?? {}, event.headers, rawBody(event), protocol);
    log['operation'] = operation;
    const run = Object.hasOwn(operations, operation) ? operations[operation] : undefined;
    const valid = validateInput(operation, input);
    if (!run) throw new Refusal('NotImplementedException', `The operation ${operation} is not built yet in Sluice.`);
    const output = (await run(valid as never, given)) ?? {};
    return { status: 200, ...protocol.write(output, modelOperation(operation)?.output ?? null) };
  } catch (error) {
    if (error instanceof Refusal) {
      log['refused'] = error.code;
      return refuse(protocol, error);
    }
    logger.error('API', { ...log, error: error as Error });
    return { status: 500, ...protocol.writeError('InternalFailure', 'The request failed for a reason of our own.') };
  }
}

function callerOf({ requestContext }: APIGatewayProxyEventV2): string {
  const { authorizer } = requestContext as { authorizer?: { iam?: { userArn?: string } } };
  return authorizer?.iam?.userArn ?? 'anonymous';
}
