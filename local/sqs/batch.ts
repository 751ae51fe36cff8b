import { ServiceError } from '../service.ts';
import type { Input } from './operation.ts';

const MOST = 10;

/** Does `work` for each entry of a batch request; an entry that is refused fails alone. */
export function inBatch(input: Input, work: (entry: Input) => object): object {
  const entries = requireEntries(input['Entries']);
  const Successful: object[] = [];
  const Failed: object[] = [];
  for (const entry of entries) {
    const Id = String(entry['Id']);
    try {
      Successful.push({ Id, ...work(entry) });
    } catch (error) {
      if (!(error instanceof ServiceError)) throw error;
      Failed.push({ Id, Code: error.code, Message: error.message, SenderFault: true });
    }
  }
  return { Successful, ...(Failed.length === 0 ? {} : { Failed }) };
}

function requireEntries(given: unknown): Input[] {
  if (!Array.isArray(given) || given.length === 0) {
    throw new ServiceError('EmptyBatchRequest', 'There should be at least one entry in the request.');
  }
  if (given.length > MOST) {
    const message = `Maximum number of entries per request are ${MOST}. You have sent ${given.length}.`;
    throw new ServiceError('TooManyEntriesInBatchRequest', message);
  }
  const ids = given.map((entry) => String(entry?.Id ?? ''));
  if (!ids.every((id) => /^[\w-]{1,80}$/.test(id))) {
    const message =
      'A batch entry id can only contain alphanumeric characters, hyphens and underscores. It can be at most 80 letters long.';
    throw new ServiceError('InvalidBatchEntryId', message);
  }
  if (new Set(ids).size < ids.length)
    throw new ServiceError('BatchEntryIdsNotDistinct', 'Two or more batch entries have the same Id.');
  return given;
}
