import { ServiceError } from '../service.ts';
import type { Item } from './attribute-value.ts';

const ELSEWHERE = 'Set AWS_ENDPOINT_URL_DYNAMODB to use another endpoint.';

/** A request that DynamoDB would refuse as malformed or not fitting the table. */
export function invalid(message: string): ServiceError {
  return new ServiceError('ValidationException', message);
}

/** A parameter or property that the local stack does not have: refused, so that nobody believes it took effect. */
export function missing(what: string): ServiceError {
  return new ServiceError('ValidationException', `The local stack has no ${what}. ${ELSEWHERE}`);
}

export function unknownOperation(name: string): ServiceError {
  return new ServiceError(
    'UnknownOperationException',
    `The local stack has no DynamoDB operation ${name}. ${ELSEWHERE}`,
  );
}

/** Streams are read by the stack's own event source mappings, not over the Streams API. */
export function noStreamsApi(name: string): ServiceError {
  return new ServiceError(
    'UnknownOperationException',
    `The local stack has no DynamoDB Streams operation ${name}. Set AWS_ENDPOINT_URL_DYNAMODB_STREAMS to use another endpoint.`,
  );
}

export function tableNotFound(name: string): ServiceError {
  return new ServiceError('ResourceNotFoundException', `Requested resource not found: Table: ${name} not found`);
}

/** A condition that did not hold; carries the item as it stands when the request asked for it. */
export function conditionFailed(item: Item | undefined): ServiceError {
  return new ServiceError(
    'ConditionalCheckFailedException',
    'The conditional request failed',
    400,
    item ? { Item: item } : {},
  );
}
