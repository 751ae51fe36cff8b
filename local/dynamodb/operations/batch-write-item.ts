import { types } from 'dynalite/validations/batchWriteItem.js';
import type { Item } from '../attribute-value.ts';
import { invalid } from '../errors.ts';
import type { Change } from '../items.ts';
import { keyText } from '../key.ts';
import { checkRequest, requestItems } from '../request.ts';
import type { Operation, State } from '../state.ts';
import { prepareDelete } from './delete-item.ts';
import { preparePut } from './put-item.ts';

interface WriteRequest {
  readonly PutRequest?: { readonly Item: Item };
  readonly DeleteRequest?: { readonly Key: Item };
}

type Batch = Readonly<Record<string, readonly WriteRequest[]>>;

const OPERATION = 'BatchWriteItem';
const MOST_REQUESTS = 25;
const SHAPE = requestItems(types);

/** Up to 25 puts and deletes; here they are one transaction, so none is ever left unprocessed. */
export const batchWriteItem: Operation = {
  kind: 'write',
  run(state, input) {
    const { RequestItems: batch } = checkRequest<{ readonly RequestItems: Batch }>(OPERATION, SHAPE, input);
    const requests = Object.entries(batch).flatMap(([name, list]) => list.map((request) => ({ name, request })));
    if (requests.length > MOST_REQUESTS) throw invalid('Too many items requested for the BatchWriteItem call');
    const changes = requests.map(({ name, request }) => prepare(name, request)(state));
    checkDistinct(changes);
    for (const change of changes) state.items.apply(change);
    return { UnprocessedItems: {} };
  },
};

function prepare(TableName: string, { PutRequest, DeleteRequest }: WriteRequest): (state: State) => Change {
  if (PutRequest && !DeleteRequest) return preparePut(OPERATION, { TableName, Item: PutRequest.Item });
  if (DeleteRequest && !PutRequest) return prepareDelete(OPERATION, { TableName, Key: DeleteRequest.Key });
  throw invalid(
    'Supplied AttributeValue has more than one datatypes set, must contain exactly one of the supported datatypes',
  );
}

function checkDistinct(changes: readonly Change[]): void {
  const places = changes.map(({ table, key }) => `${table.id} ${keyText(key)}`);
  if (new Set(places).size < places.length) throw invalid('Provided list of item keys contains duplicates');
}
