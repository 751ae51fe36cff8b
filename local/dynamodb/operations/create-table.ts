import { custom, types } from 'dynalite/validations/createTable.js';
import { invalid } from '../errors.ts';
import { checkRequest, pick } from '../request.ts';
import type { Operation } from '../state.ts';
import { describe } from '../table.ts';
import { specificationOf, type TableProperties } from '../table-specification.ts';

const SHAPE = {
  ...pick(types, 'TableName', 'AttributeDefinitions', 'KeySchema', 'BillingMode', 'GlobalSecondaryIndexes'),
  StreamSpecification: {
    type: 'FieldStruct<StreamSpecification>',
    children: {
      StreamEnabled: 'Boolean',
      StreamViewType: {
        type: 'String',
        enum: ['NEW_IMAGE', 'OLD_IMAGE', 'NEW_AND_OLD_IMAGES', 'KEYS_ONLY'],
      },
    },
  },
  DeletionProtectionEnabled: 'Boolean',
};

/** Makes an on-demand table. It is active at once, where AWS needs some seconds. */
export const createTable: Operation = {
  kind: 'table',
  run({ catalogue }, input) {
    const properties = checkTable('CreateTable', input);
    return { TableDescription: describe(catalogue.create(specificationOf(properties.TableName, properties)), 0, 0) };
  },
};

/** Checks the parameters that CreateTable and the template's AWS::DynamoDB::Table have in common. */
export function checkTable(operation: string, input: object): TableProperties & { readonly TableName: string } {
  const properties = checkRequest<TableProperties & { readonly TableName: string }>(operation, SHAPE, input);
  const wrong = custom(properties);
  if (wrong) throw invalid(wrong);
  return properties;
}
