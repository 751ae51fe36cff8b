import type { Resource, ResourceValues } from '../service.ts';
import { invalid, missing } from './errors.ts';
import { checkTable } from './operations/create-table.ts';
import type { State } from './state.ts';
import type { Table } from './table.ts';
import { specificationOf } from './table-specification.ts';

/** Properties without effect on a laptop: who may read the disk, how long backups are kept, what a bill says. */
const WITHOUT_EFFECT = ['PointInTimeRecoverySpecification', 'Tags', 'TableClass'];

/** AWS::DynamoDB::Table: makes the table, or brings it to its properties. Refuses another key (CloudFormation would replace the table). */
export function tableResource({ catalogue }: State, { logicalId, name, properties }: Resource): ResourceValues {
  const {
    TimeToLiveSpecification: timeToLive,
    StreamSpecification: stream,
    SSESpecification: sse,
    ...rest
  } = properties;
  const input = Object.fromEntries(Object.entries(rest).filter(([property]) => !WITHOUT_EFFECT.includes(property)));
  if (input['BillingMode'] !== 'PAY_PER_REQUEST') {
    throw missing(`provisioned throughput, which ${logicalId} asks for: its BillingMode must be PAY_PER_REQUEST`);
  }
  const checked = checkTable(`AWS::DynamoDB::Table (${logicalId})`, {
    TableName: name,
    ...input,
    ...(stream && { StreamSpecification: streamSpecification(logicalId, stream) }),
  });
  const specification = {
    ...specificationOf(checked.TableName, checked),
    timeToLive: timeToLive ? attributeOf(logicalId, timeToLive) : null,
    ...(sse?.SSEType === 'KMS' && sse.KMSMasterKeyId !== undefined && { keyArn: String(sse.KMSMasterKeyId) }),
  };
  const table = catalogue.find(specification.name) ? catalogue.change(specification) : catalogue.create(specification);
  return valuesOf(table);
}

/** CloudFormation's StreamSpecification has no StreamEnabled: to have one is to enable. */
function streamSpecification(logicalId: string, stream: Readonly<Record<string, unknown>>): object {
  const { StreamViewType, ...more } = stream;
  const [unknown] = Object.keys(more);
  if (unknown !== undefined)
    throw missing(`property StreamSpecification.${unknown} of AWS::DynamoDB::Table (${logicalId})`);
  return { StreamEnabled: true, StreamViewType };
}

function attributeOf(
  logicalId: string,
  { AttributeName, Enabled }: { readonly AttributeName?: string; readonly Enabled: boolean | string },
): string | null {
  if (String(Enabled) !== 'true') return null;
  if (!AttributeName) throw invalid(`${logicalId}: TimeToLiveSpecification needs an AttributeName.`);
  return AttributeName;
}

function valuesOf({ name, arn, stream }: Table): ResourceValues {
  return { ref: name, attributes: { Arn: arn, ...(stream && { StreamArn: stream.arn }) } };
}
