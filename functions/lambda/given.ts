import { randomBytes, randomUUID } from 'node:crypto';
import type { Context } from 'aws-lambda';

/** Where the functions run: from the ARN of the function that was invoked. */
export interface Home {
  readonly partition: string;
  readonly region: string;
  readonly account: string;
}

/** What the domain does not make itself: time, ids and place. */
export interface Given {
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** A random UUID. */
  readonly newId: () => string;
  readonly home: Home;
  readonly remainingMillis: () => number;
}

/** What one invocation is given. */
export function givenBy(context: Pick<Context, 'invokedFunctionArn' | 'getRemainingTimeInMillis'>): Given {
  const [, partition = '', , region = '', account = ''] = context.invokedFunctionArn.split(':');
  return {
    now: Date.now(),
    newId: randomUUID,
    home: { partition, region, account },
    remainingMillis: () => context.getRemainingTimeInMillis(),
  };
}

/** A UUID of version 7 (RFC 9562): later ones sort after earlier ones, to the millisecond. */
export function timeOrderedId(now: number): string {
  const bytes = randomBytes(16);
  bytes.writeUIntBE(now, 0, 6);
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x70;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = bytes.toString('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}

/** 192 random bits, in 32 characters of a URL. */
export function unguessableId(): string {
  return randomBytes(24).toString('base64url');
}

/** Whether a text can be one of `unguessableId`. */
export function canBeUnguessable(text: string): boolean {
  return /^[A-Za-z0-9_-]{32}$/.test(text);
}

/** The pipeline's ARN. */
export function pipelineArn({ partition, region, account }: Home, name: string): string {
  return `arn:${partition}:codepipeline:${region}:${account}:${name}`;
}
