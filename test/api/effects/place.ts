import { LambdaClient } from '@aws-sdk/client-lambda';
import { S3Client } from '@aws-sdk/client-s3';
import { SFNClient } from '@aws-sdk/client-sfn';
import { STSClient } from '@aws-sdk/client-sts';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { vi } from 'vitest';
import { Table } from '../../engine/simulation/dynamodb.ts';

type Input = Readonly<Record<string, unknown>>;
type TransactItem = Readonly<
  Record<string, { readonly Item?: { readonly sk: string }; readonly Key?: { readonly sk: string } }>
>;

const keys = { AccessKeyId: 'a', SecretAccessKey: 's', SessionToken: 't', Expiration: new Date(4e12) };

/** What the handlers see of AWS: a real table in the process, objects, and a machine that notes what it was told. */
export class Place {
  readonly table = new Table();
  readonly #objects = new Map<string, string>();
  /** What the state machine was told: executions started, tokens answered. */
  readonly told: string[] = [];
  /** What a function of ours answers, such as the one that asks a repository's host; or how it answers what it is asked. */
  host: object | ((asked: Input) => object) = {};
  /** The writes since `watch`, each by what it writes to. */
  readonly writes: string[] = [];
  #watching = false;
  #skipped = -1;

  /** Counts writes from now on; the one of this number is answered as done, and is not done. */
  watch(skipped = -1): void {
    this.#watching = true;
    this.#skipped = skipped;
  }

  rest(): void {
    this.#watching = false;
  }

  /** Puts this place behind the SDK's clients. */
  serve(): void {
    const clients = [
      [DynamoDBDocumentClient, (name: string, input: Input) => this.#tableCall(name, input)],
      [S3Client, (name: string, input: Input) => this.#objectCall(name, input)],
      [SFNClient, (name: string, input: Input) => this.#machineCall(name, input)],
      [LambdaClient, (name: string, input: Input) => this.#hostCall(name, input)],
      [STSClient, async () => ({ Credentials: keys })],
    ] as const;
    for (const [client, answer] of clients) {
      vi.spyOn(client.prototype as { send(command: object): Promise<unknown> }, 'send').mockImplementation(
        (command: object) => answer(command.constructor.name, (command as { input: Input }).input),
      );
    }
  }

  async #tableCall(name: string, input: Input): Promise<object> {
    if (name === 'UpdateCommand') return this.#isDone('Update') ? this.table.send(name, input) : {};
    if (name !== 'TransactWriteCommand') return this.table.send(name, input);
    const items = (input['TransactItems'] as readonly TransactItem[]).filter((item) => {
      const [[kind, { Item, Key } = {}] = ['']] = Object.entries(item);
      return this.#isDone(`${kind} ${(Item ?? Key)?.sk.replace(/#.*/, '').replace(/^[0-9a-f-]{36}$/, 'follower')}`);
    });
    return items.length === 0 ? {} : this.table.send(name, { ...input, TransactItems: items });
  }

  async #objectCall(name: string, { Key, Body }: Input): Promise<object> {
    if (name === 'PutObjectCommand') {
      if (this.#isDone('object')) this.#objects.set(String(Key), String(Body));
      return {};
    }
    const text = this.#objects.get(String(Key));
    if (text === undefined) throw Object.assign(new Error(String(Key)), { name: 'NoSuchKey' });
    return { Body: { transformToString: async () => text } };
  }

  async #machineCall(name: string, input: Input): Promise<object> {
    if (this.#isDone(name))
      this.told.push(`${name} ${input['name'] ?? input['taskToken']} ${input['input'] ?? input['output']}`);
    return {};
  }

  async #hostCall(name: string, { Payload }: Input): Promise<object> {
    const isDone = this.#isDone(name);
    const asked = Buffer.from(Payload as Uint8Array).toString('utf8');
    if (isDone) this.told.push(`${name} ${asked}`);
    const answer = typeof this.host === 'function' ? this.host(JSON.parse(asked)) : this.host;
    return { Payload: Buffer.from(JSON.stringify(isDone ? answer : {})) };
  }

  #isDone(write: string): boolean {
    if (!this.#watching) return true;
    this.writes.push(write);
    return this.writes.length - 1 !== this.#skipped;
  }
}
