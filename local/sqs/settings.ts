import { ServiceError } from '../service.ts';

/** A queue's settings. Times in seconds, size in bytes. */
export interface Settings {
  readonly VisibilityTimeout: number;
  readonly MessageRetentionPeriod: number;
  readonly DelaySeconds: number;
  readonly MaximumMessageSize: number;
  readonly ReceiveMessageWaitTimeSeconds: number;
  readonly RedrivePolicy?: RedrivePolicy;
  /** What is kept and answered, and changes nothing here: encryption, and the policy that the gateway enforces. */
  readonly kept: Readonly<Record<string, string>>;
}

/** After `maxReceiveCount` receives, a message goes to the other queue. */
export interface RedrivePolicy {
  readonly deadLetterTargetArn: string;
  readonly maxReceiveCount: number;
}

type Numeric =
  | 'VisibilityTimeout'
  | 'MessageRetentionPeriod'
  | 'DelaySeconds'
  | 'MaximumMessageSize'
  | 'ReceiveMessageWaitTimeSeconds';

/** Least, most and default. https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SetQueueAttributes.html */
const LIMITS: Readonly<Record<Numeric, readonly [number, number, number]>> = {
  VisibilityTimeout: [0, 43_200, 30],
  MessageRetentionPeriod: [60, 1_209_600, 345_600],
  DelaySeconds: [0, 900, 0],
  MaximumMessageSize: [1024, 1_048_576, 1_048_576],
  ReceiveMessageWaitTimeSeconds: [0, 20, 0],
};
const KEPT = ['KmsMasterKeyId', 'KmsDataKeyReusePeriodSeconds', 'SqsManagedSseEnabled', 'Policy'];

/** Reads a queue's attributes as CreateQueue and the template give them; refuses what is out of range, unknown, or FIFO. */
export function readSettings(given: Readonly<Record<string, unknown>>): Settings {
  for (const name of Object.keys(given)) {
    if (name === 'FifoQueue' || name === 'ContentBasedDeduplication') refuseFifo(given[name]);
    else if (!(name in LIMITS) && !KEPT.includes(name) && name !== 'RedrivePolicy') {
      throw new ServiceError('InvalidAttributeName', `The local stack has no queue attribute ${name}.`);
    }
  }
  const kept = KEPT.filter((name) => given[name] !== undefined).map((name) => [name, textOf(given[name])]);
  return {
    VisibilityTimeout: numberOf(given, 'VisibilityTimeout'),
    MessageRetentionPeriod: numberOf(given, 'MessageRetentionPeriod'),
    DelaySeconds: numberOf(given, 'DelaySeconds'),
    MaximumMessageSize: numberOf(given, 'MaximumMessageSize'),
    ReceiveMessageWaitTimeSeconds: numberOf(given, 'ReceiveMessageWaitTimeSeconds'),
    ...(given['RedrivePolicy'] === undefined ? {} : { RedrivePolicy: readRedrivePolicy(given['RedrivePolicy']) }),
    kept: Object.fromEntries(kept),
  };
}

/** Settings as GetQueueAttributes answers them: all text. */
export function writeSettings({ kept, RedrivePolicy, ...numbers }: Settings): Record<string, string> {
  return {
    ...Object.fromEntries(Object.entries(numbers).map(([name, value]) => [name, String(value)])),
    ...(RedrivePolicy === undefined ? {} : { RedrivePolicy: JSON.stringify(RedrivePolicy) }),
    ...kept,
  };
}

/** Refuses a queue's name that SQS would refuse, and FIFO queues. */
export function requireName(name: unknown): string {
  if (typeof name === 'string' && name.endsWith('.fifo')) refuseFifo(true);
  if (typeof name === 'string' && /^[\w-]{1,80}$/.test(name)) return name;
  const message = 'Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length';
  throw new ServiceError('InvalidParameterValue', message);
}

function refuseFifo(value: unknown): void {
  if (String(value) !== 'true') return;
  throw new ServiceError(
    'UnsupportedOperation',
    'The local stack has no FIFO queues. Set AWS_ENDPOINT_URL_SQS to use another endpoint.',
  );
}

function numberOf(given: Readonly<Record<string, unknown>>, name: Numeric): number {
  const [least, most, otherwise] = LIMITS[name];
  const value = given[name] === undefined ? otherwise : Number(given[name]);
  if (Number.isInteger(value) && value >= least && value <= most) return value;
  throw new ServiceError('InvalidAttributeValue', `Invalid value for the parameter ${name}.`);
}

function readRedrivePolicy(given: unknown): RedrivePolicy {
  const { deadLetterTargetArn, maxReceiveCount } = parse(given);
  const count = Number(maxReceiveCount);
  if (typeof deadLetterTargetArn === 'string' && Number.isInteger(count) && count >= 1 && count <= 1000) {
    return { deadLetterTargetArn, maxReceiveCount: count };
  }
  throw new ServiceError('InvalidAttributeValue', 'Invalid value for the parameter RedrivePolicy.');
}

function parse(given: unknown): Record<string, unknown> {
  try {
    return (typeof given === 'string' ? JSON.parse(given) : given) ?? {};
  } catch {
    return {};
  }
}

function textOf(value: unknown): string {
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}
