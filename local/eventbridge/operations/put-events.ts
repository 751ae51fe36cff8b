import { randomUUID } from 'node:crypto';
import { ServiceError } from '../../service.ts';
import type { Occurrence } from '../envelope.ts';
import { ELSEWHERE, type Input, list, type Operation, onlyDefaultBus } from '../request.ts';

const MOST_BYTES = 256 * 1024;

interface Failure {
  readonly ErrorCode: string;
  readonly ErrorMessage: string;
}

/** PutEvents: takes up to ten events of together 256 KB; each entry is taken or refused by itself. */
export const putEvents: Operation = ({ context, bus }, input) => {
  const entries = list<Input>(input, 'Entries', 10);
  const { EndpointId } = input;
  if (EndpointId !== undefined) {
    throw new ServiceError('ValidationException', `The local stack has no global endpoints. ${ELSEWHERE}`);
  }
  const size = entries.reduce((sum, entry) => sum + sizeOf(entry), 0);
  if (size > MOST_BYTES) {
    throw new ServiceError('ValidationException', 'Total size of the entries in the request is over the limit.');
  }
  for (const entry of entries) onlyDefaultBus(entry);
  const read = entries.map((entry) => readEntry(entry, context.clock.now()));
  bus.put(read.filter((result) => 'id' in result));
  return {
    FailedEntryCount: read.filter((result) => 'ErrorCode' in result).length,
    Entries: read.map((result) => ('id' in result ? { EventId: result.id } : result)),
  };
};

function readEntry(entry: Input, now: number): Occurrence | Failure {
  const { Source: source, DetailType: detailType, Detail: detail, Resources: resources = [], Time: time } = entry;
  if (typeof source !== 'string' || source === '') return missing('Source');
  if (typeof detailType !== 'string' || detailType === '') return missing('DetailType');
  if (typeof detail !== 'string' || detail === '') return missing('Detail');
  if (source.startsWith('aws.')) {
    return { ErrorCode: 'NotAuthorizedForSourceException', ErrorMessage: 'Not authorized for the source.' };
  }
  if (!Array.isArray(resources) || resources.some((resource) => typeof resource !== 'string'))
    return missing('Resources');
  const parsed = parseObject(detail);
  if (parsed === undefined) return { ErrorCode: 'MalformedDetail', ErrorMessage: 'Detail is malformed.' };
  const happened = typeof time === 'number' ? time * 1000 : now;
  if (Number.isNaN(new Date(happened).getTime())) return missing('Time');
  return { id: randomUUID(), source, detailType, detail: parsed, resources: resources as string[], time: happened };
}

function missing(member: string): Failure {
  const ErrorMessage = `Parameter ${member} is not valid. Reason: ${member} is a required argument.`;
  return { ErrorCode: 'InvalidArgument', ErrorMessage };
}

function parseObject(detail: string): object | undefined {
  try {
    const parsed: unknown = JSON.parse(detail);
    return typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed) ? parsed : undefined;
  } catch {
    return undefined;
  }
}

/** As the user guide counts ("Calculating PutEvents event entry size"): a given time is 14 bytes, texts count in UTF-8. */
function sizeOf({ Time, Source, DetailType, Detail, Resources }: Input): number {
  const texts = [Source, DetailType, Detail, ...(Array.isArray(Resources) ? Resources : [])];
  return texts.reduce<number>(
    (sum, text) => sum + (typeof text === 'string' ? Buffer.byteLength(text) : 0),
    Time === undefined ? 0 : 14,
  );
}
