import { EventBridgeClient, PutEventsCommand, type PutEventsRequestEntry } from '@aws-sdk/client-eventbridge';

const bus = process.env['EVENT_BUS'] ?? 'default';
const client = new EventBridgeClient({});

/** An event of ours. */
export interface OwnEvent {
  readonly detailType: string;
  readonly detail: object;
  /** The pipeline's ARN. */
  readonly resource: string;
  /** Milliseconds since the epoch. */
  readonly time: number;
}

const atOnce = 10;

/** Puts events in order. Answers how many were taken before the first that was not. */
export async function putEvents(events: readonly OwnEvent[]): Promise<number> {
  for (let start = 0; start < events.length; start += atOnce) {
    const { Entries } = await client.send(
      new PutEventsCommand({ Entries: events.slice(start, start + atOnce).map(entry) }),
    );
    const failed = Entries?.findIndex(({ EventId }) => !EventId) ?? 0;
    if (failed >= 0) return start + failed;
  }
  return events.length;
}

/** EventBridge refuses a source that begins with `aws.`: the one difference from CodePipeline's events. */
function entry({ detailType, detail, resource, time }: OwnEvent): PutEventsRequestEntry {
  return {
    Source: 'sluice.codepipeline',
    EventBusName: bus,
    DetailType: detailType,
    Detail: JSON.stringify(detail),
    Resources: [resource],
    Time: new Date(time),
  };
}
