import type { Logging } from './definition.ts';

/** How an invocation went. Durations in milliseconds of the machine, memory in MB. */
export interface Report {
  readonly requestId: string;
  readonly status: 'success' | 'error' | 'timeout';
  readonly errorType?: string;
  readonly duration: number;
  /** Of a cold start: the time that loading took. */
  readonly init?: number;
  readonly memory: number;
  readonly memoryUsed: number;
}

/** What Lambda itself writes to the log when an invocation starts. */
export function startLines(logging: Logging, time: number, requestId: string): string[] {
  if (logging.format === 'Text') return [`START RequestId: ${requestId} Version: $LATEST`];
  return platform(logging, time, 'platform.start', { requestId, version: '$LATEST' });
}

/** What Lambda itself writes to the log when an invocation is over. */
export function endLines(logging: Logging, time: number, report: Report): string[] {
  const { requestId, duration, init, memory, memoryUsed, status, errorType } = report;
  const billed = Math.ceil(duration + (init ?? 0));
  if (logging.format === 'JSON') {
    return platform(logging, time, 'platform.report', {
      requestId,
      metrics: {
        durationMs: round(duration),
        billedDurationMs: billed,
        memorySizeMB: memory,
        maxMemoryUsedMB: memoryUsed,
        ...(init === undefined ? {} : { initDurationMs: round(init) }),
      },
      status,
      ...(errorType === undefined ? {} : { errorType }),
    });
  }
  const parts = [
    `REPORT RequestId: ${requestId}`,
    `Duration: ${duration.toFixed(2)} ms`,
    `Billed Duration: ${billed} ms`,
    `Memory Size: ${memory} MB`,
    `Max Memory Used: ${memoryUsed} MB`,
    ...(init === undefined ? [] : [`Init Duration: ${init.toFixed(2)} ms`]),
    ...(status === 'success' ? [] : [`Status: ${status}`]),
    ...(errorType === undefined ? [] : [`Error Type: ${errorType}`]),
  ];
  return [`END RequestId: ${requestId}`, `${parts.join('\t')}\t`];
}

function platform({ systemLevel }: Logging, time: number, type: string, record: object): string[] {
  if (systemLevel === 'WARN') return [];
  return [JSON.stringify({ time: new Date(time).toISOString(), type, record })];
}

function round(milliseconds: number): number {
  return Math.round(milliseconds * 1000) / 1000;
}
