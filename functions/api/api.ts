import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2, Context } from 'aws-lambda';
import { Refusal } from '../domain/refusal.ts';
import { givenBy } from '../lambda/given.ts';
import { rawBody } from '../lambda/http.ts';
import { logger } from '../lambda/logger.ts';
import { type Caller, callerOf, carryOut, refused } from './call.ts';
import { modelOperation } from './model.ts';
import type { OperationGiven } from './operation.ts';
import { operations } from './operations.ts';
import { type Answer, type Protocol, protocolOf, refuse } from './protocol.ts';
import { operationOf, type Request, route } from './route.ts';
import { validateInput } from './validate.ts';

/**
 * The CodePipeline API: 44 operations over JSON 1.1 or CBOR, by path (`POST /{Operation}/{pipeline}/…`) or plain (`POST /`,
 * `POST /service/CodePipeline_20150709/operation/{Operation}`).
 */
export async function handler(
  event: APIGatewayProxyEventV2,
  context: Context,
): Promise<APIGatewayProxyStructuredResultV2> {
  const found = givenBy(context);
  const caller = callerOf(event, found.now, context.awsRequestId);
  const plain = event.pathParameters?.['operation'] === undefined;
  const given: OperationGiven = { ...found, caller: caller.caller, plain };
  const log: Record<string, unknown> = { requestId: context.awsRequestId, caller: given.caller };
  const { status, ...answer } = await perform(event, protocolOf(event.headers), given, caller, log);
  logger.info('API', { ...log, status, milliseconds: Date.now() - given.now });
  return { statusCode: status, ...answer, headers: { ...answer.headers, 'x-amzn-requestid': context.awsRequestId } };
}

async function perform(
  event: APIGatewayProxyEventV2,
  protocol: Protocol,
  given: OperationGiven,
  caller: Caller,
  log: Record<string, unknown>,
): Promise<Answer> {
  try {
    const request = await read(event, protocol, caller, log);
    const { operation, input } = request;
    const run = Object.hasOwn(operations, operation) ? operations[operation] : undefined;
    const output = await carryOut(caller, request, async () => {
      if (!run) throw new Error(`There is no file for the operation ${operation} of the service model.`);
      return run(input as never, given);
    });
    return { status: 200, ...protocol.write(output ?? {}, modelOperation(operation)?.output ?? null) };
  } catch (error) {
    if (error instanceof Refusal) {
      log['refused'] = error.code;
      return refuse(protocol, error);
    }
    logger.error('API', { ...log, error: error as Error });
    return { status: 500, ...protocol.writeError('InternalFailure', 'The request failed for a reason of our own.') };
  }
}

/** The request with its input held against the service model. */
async function read(
  { pathParameters: path = {}, headers, ...event }: APIGatewayProxyEventV2,
  protocol: Protocol,
  caller: Caller,
  log: Record<string, unknown>,
): Promise<Request> {
  let request: Request = { operation: operationOf(path, headers) ?? '', input: {} };
  try {
    request = route(path, headers, rawBody(event), protocol);
    log['operation'] = request.operation;
    return { ...request, input: validateInput(request.operation, request.input) };
  } catch (error) {
    await refused(caller, request, error);
    throw error;
  }
}
