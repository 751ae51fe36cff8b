import type { StackContext } from '../service.ts';

/** An event as EventBridge hands it to targets (Amazon EventBridge User Guide, "Event structure reference"). */
export interface Envelope {
  readonly version: '0';
  readonly id: string;
  readonly 'detail-type': string;
  readonly source: string;
  readonly account: string;
  /** ISO 8601 in UTC, whole seconds. */
  readonly time: string;
  readonly region: string;
  readonly resources: readonly string[];
  readonly detail: object;
}

/** What is particular to an event. `time` in milliseconds. */
export interface Occurrence {
  readonly id: string;
  readonly source: string;
  readonly detailType: string;
  readonly time: number;
  readonly resources: readonly string[];
  readonly detail: object;
}

/** The envelope around what happened. */
export function envelope({ account, region }: StackContext, occurrence: Occurrence): Envelope {
  const { id, source, detailType, time, resources, detail } = occurrence;
  return {
    version: '0',
    id,
    'detail-type': detailType,
    source,
    account,
    time: wholeSeconds(time),
    region,
    resources,
    detail,
  };
}

/** `2026-03-02T08:15:04Z`. */
export function wholeSeconds(time: number): string {
  return `${new Date(time).toISOString().slice(0, 19)}Z`;
}
