import { types } from 'dynalite/validations/batchGetItem.js';
import { type Item, sizeOfItem } from '../attribute-value.ts';
import { invalid } from '../errors.ts';
import { type ExpressionParameters, parseExpressions } from '../expressions.ts';
import { keyOfRequest, keyText } from '../key.ts';
import { project } from '../path.ts';
import { checkAttributes, checkRequest, requestItems } from '../request.ts';
import type { Operation, State } from '../state.ts';

interface KeysAndAttributes extends ExpressionParameters {
  readonly Keys: readonly Item[];
  readonly AttributesToGet?: unknown;
}

type Batch = Readonly<Record<string, KeysAndAttributes>>;

const MOST_KEYS = 100;
const LARGEST_ANSWER = 16 * 1024 * 1024;
const SHAPE = requestItems(types);

/** Reads up to 100 items; keys that would make the answer larger than 16 MB come back unprocessed. */
export const batchGetItem: Operation = {
  kind: 'read',
  run(state, input) {
    const { RequestItems: batch } = checkRequest<{ readonly RequestItems: Batch }>('BatchGetItem', SHAPE, input);
    const keys = Object.values(batch).flatMap(({ Keys }) => Keys);
    if (keys.length > MOST_KEYS) throw invalid('Too many items requested for the BatchGetItem call');
    const responses: Record<string, Item[]> = {};
    const unprocessed: Record<string, KeysAndAttributes> = {};
    let size = 0;
    for (const [name, request] of Object.entries(batch)) {
      const found = find(state, name, request);
      const left: Item[] = [];
      responses[name] = [];
      for (const { key, item, answer } of found) {
        if (!item) continue;
        size += sizeOfItem(item);
        if (size > LARGEST_ANSWER) left.push(key);
        else responses[name].push(answer as Item);
      }
      if (left.length > 0) unprocessed[name] = { ...request, Keys: left };
    }
    return { Responses: responses, UnprocessedKeys: unprocessed };
  },
};

function find({ catalogue, items }: State, name: string, request: KeysAndAttributes) {
  if (request.AttributesToGet !== undefined)
    throw invalid('AttributesToGet is not supported: use ProjectionExpression');
  const { projection } = parseExpressions(request, ['ProjectionExpression']);
  const table = catalogue.get(name);
  const seen = new Set<string>();
  return request.Keys.map((key) => {
    checkAttributes(key);
    const place = keyOfRequest(table, key);
    const id = keyText(place);
    if (seen.has(id)) throw invalid('Provided list of item keys contains duplicates');
    seen.add(id);
    const item = items.find(table, place)?.item;
    return { key, item, answer: item && projection ? project(item, projection) : item };
  });
}
