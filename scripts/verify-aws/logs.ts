import { FilterLogEventsCommand, type FilterLogEventsCommandOutput } from '@aws-sdk/client-cloudwatch-logs';
import type { Account } from './account.ts';

/** A line of a log; its time in milliseconds. */
export interface LogLine {
  readonly time: number;
  readonly text: string;
}

/** All lines of a log group, of one stream or from a time on, that match a pattern. Pages may be empty before the last. */
export async function logLines(
  { logs }: Pick<Account, 'logs'>,
  logGroupName: string,
  { stream, from, pattern }: { readonly stream?: string; readonly from?: number; readonly pattern?: string },
): Promise<readonly LogLine[]> {
  const ask = {
    logGroupName,
    ...(stream === undefined ? {} : { logStreamNames: [stream] }),
    ...(from === undefined ? {} : { startTime: Math.floor(from) }),
    ...(pattern === undefined ? {} : { filterPattern: pattern }),
  };
  const lines: LogLine[] = [];
  for (let token: string | undefined = ''; token !== undefined; ) {
    const page: FilterLogEventsCommandOutput = await logs.send(
      new FilterLogEventsCommand({ ...ask, ...(token === '' ? {} : { nextToken: token }) }),
    );
    for (const { timestamp = 0, message = '' } of page.events ?? [])
      lines.push({ time: timestamp, text: message.trimEnd() });
    token = page.nextToken;
  }
  return lines;
}
