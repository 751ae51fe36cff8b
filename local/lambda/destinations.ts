import type { Ports, Sender } from '../ports.ts';
import { invalid } from './properties.ts';

type Sinks = Pick<Ports, 'sendMessage' | 'publish' | 'putObject' | 'invokeLater'>;

/** Sends what a function's failure leaves to the queue, topic, function or bucket that the template names. */
export class Destinations {
  readonly #ports: Sinks;

  constructor(ports: Sinks) {
    this.#ports = ports;
  }

  /** `objectKey` is the key in a bucket. Resolves once it is stored there. */
  async send(arn: string, record: object, objectKey: string, by: Sender): Promise<void> {
    const body = JSON.stringify(record);
    switch (serviceOf(arn)) {
      case 'sqs':
        return this.#ports.sendMessage(arn, body, undefined, by);
      case 'sns':
        return this.#ports.publish(arn, body, undefined, by);
      case 's3':
        return this.#ports.putObject(arn.split(':')[5] ?? '', objectKey, body, by);
      case 'lambda':
        return this.#ports.invokeLater(arn, body, by);
    }
  }

  /** A dead letter is the event as it was; a queue also gets the reason. https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html */
  deadLetter(arn: string, payload: string, attributes: Readonly<Record<string, string>>, by: Sender): void {
    if (serviceOf(arn) === 'sns') this.#ports.publish(arn, payload, undefined, by);
    else this.#ports.sendMessage(arn, payload, attributes, by);
  }
}

/** Refuses an ARN that the local stack cannot deliver to. */
export function requireDestination(logicalId: string, arn: unknown, services: readonly string[]): string {
  if (typeof arn === 'string' && services.includes(serviceOf(arn))) return arn;
  throw invalid(logicalId, `The local stack cannot deliver to ${arn}, only to ${services.join(', ')}.`);
}

/** The part of an object's key that says when: `YYYY/MM/DD/YYYY-MM-DDTHH.MM.SS-<id>`. */
export function datedKey(time: number, id: string): string {
  const iso = new Date(time).toISOString();
  return `${iso.slice(0, 10).replaceAll('-', '/')}/${iso.slice(0, 19).replaceAll(':', '.')}-${id}`;
}

function serviceOf(arn: string): string {
  return arn.split(':')[2] ?? '';
}
