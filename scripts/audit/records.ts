import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, QueryCommand } from '@aws-sdk/lib-dynamodb';
import { changing } from '../../functions/api/changing.ts';
import { auditKey, auditPartition, auditRecordFrom } from '../../functions/aws/audit-key.ts';
import type { AuditRecord } from '../../functions/domain/audit.ts';
import type { ClientOptions } from '../account/client-options.ts';

/** Which records are asked for: of the time from `since` to `until`. */
export interface Wanted {
  readonly since: number;
  readonly until: number;
  readonly pipeline?: string;
  /** The caller's ARN, or how it begins. */
  readonly by?: string;
}

const pageSize = 100;
const day = 24 * 60 * 60_000;

/** Pages of records, the newest first: a query each, until the reader has enough. */
export async function* readRecords(
  options: ClientOptions,
  table: string,
  wanted: Wanted,
): AsyncGenerator<readonly AuditRecord[]> {
  const client = DynamoDBDocumentClient.from(new DynamoDBClient(options));
  const first = auditKey({ time: wanted.since, requestId: '' }).sk;
  for (let time = wanted.until; auditPartition(time) >= auditPartition(wanted.since); time -= day) {
    let after: Record<string, unknown> | undefined;
    do {
      const { Items = [], LastEvaluatedKey } = await client.send(
        new QueryCommand({
          TableName: table,
          KeyConditionExpression: 'pk = :pk AND sk >= :first',
          ExpressionAttributeValues: { ':pk': auditPartition(time), ':first': first },
          ScanIndexForward: false,
          Limit: pageSize,
          ExclusiveStartKey: after,
        }),
      );
      yield Items.map(auditRecordFrom).filter((record) => isWanted(record, wanted));
      after = LastEvaluatedKey;
    } while (after);
  }
}

/** Whether a record is of the pipeline and caller that are asked for. */
export function isWanted(record: AuditRecord, { pipeline, by }: Pick<Wanted, 'pipeline' | 'by'>): boolean {
  if (by !== undefined && !record.caller.startsWith(by)) return false;
  return pipeline === undefined || pipelineOf(record) === pipeline;
}

const named: readonly string[] = ['StartPipelineExecution', 'DeletePipeline'];

/** The pipeline that a record is about: of jobs, types and webhooks without a target none is named. */
function pipelineOf({ operation, resource, input }: AuditRecord): string | undefined {
  const [member = ''] = changing[operation]?.resource ?? [];
  if (member === 'resourceArn') return /^arn:[^:]*:codepipeline:[^:]*:[^:]*:([^:/]+)(?:\/|$)/.exec(resource)?.[1];
  if (/^pipeline(?:Name$|\.name$)/.test(member) || named.includes(operation)) return resource.split('/')[0];
  const target = input['webhook.targetPipeline'];
  return target === undefined ? undefined : String(target);
}
