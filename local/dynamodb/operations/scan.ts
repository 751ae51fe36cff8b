import { types } from 'dynalite/validations/scan.js';
import { parseExpressions } from '../expressions.ts';
import { checkRequest, pick, TABLE } from '../request.ts';
import type { Operation } from '../state.ts';
import { type PageRequest, sourceOf, startOf, wishOf } from './query.ts';

const SHAPE = {
  ...TABLE,
  ...pick(
    types,
    'IndexName',
    'FilterExpression',
    'ProjectionExpression',
    'ExpressionAttributeNames',
    'ExpressionAttributeValues',
    'Select',
    'Limit',
    'ExclusiveStartKey',
  ),
  ConsistentRead: 'Boolean',
};

/** Reads a table or index page by page. Parallel scans (Segment, TotalSegments) are refused. */
export const scan: Operation = {
  kind: 'read',
  run(state, input) {
    const request = checkRequest<PageRequest>('Scan', SHAPE, input);
    const { filter, projection } = parseExpressions(request, ['ProjectionExpression', 'FilterExpression']);
    const source = sourceOf(state, request);
    return state.pages.scan(
      source,
      startOf(source, request.ExclusiveStartKey),
      wishOf(source, request, filter, projection),
    );
  },
};
