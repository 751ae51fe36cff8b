import { createInterface } from 'node:readline';
import * as codepipeline from '@aws-sdk/client-codepipeline';
import { GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import type { Call, Seen } from './client.ts';

/** The SDK for JavaScript v3 making the calls that it reads: `node javascript-client.ts ENDPOINT`. A call a line in, what it saw a line out. */
const [endpoint = ''] = process.argv.slice(2);
const administrator = { accessKeyId: 'test', secretAccessKey: 'test' };
const at = { endpoint, region: 'us-east-1' };
const client = new codepipeline.CodePipelineClient({ ...at, credentials: administrator });

type Command = Parameters<typeof client.send>[0];
const commands = codepipeline as unknown as Readonly<Record<string, new (input: object) => Command>>;
const exceptions = codepipeline as unknown as Readonly<Record<string, typeof Error>>;

async function ask({ service, operation, input, credentials = { ...administrator, sessionToken: '' } }: Call) {
  if (service === 'codepipeline') {
    const Command = commands[`${operation}Command`];
    if (Command === undefined) throw new Error(`The SDK has no ${operation}Command.`);
    const { $metadata, ...output } = await client.send(new Command(input));
    return output;
  }
  const storage = new S3Client({ ...at, credentials, forcePathStyle: true });
  const { bucket: Bucket, key: Key, bytes = '' } = input as { bucket: string; key: string; bytes?: string };
  if (operation === 'GetObject') {
    const { Body } = await storage.send(new GetObjectCommand({ Bucket, Key }));
    return { bytes: await Body?.transformToString('base64') };
  }
  await storage.send(new PutObjectCommand({ Bucket, Key, Body: Buffer.from(bytes, 'base64') }));
  return {};
}

/** The class that the SDK exports for this error; what it has no class for ends the program. */
async function see(call: Call): Promise<Seen> {
  try {
    return { output: await ask(call) };
  } catch (error) {
    const { name, message } = error as Error;
    const Exception = exceptions[name];
    if (Exception === undefined || !(error instanceof Exception)) throw error;
    return { error: { type: name, message } };
  }
}

for await (const line of createInterface({ input: process.stdin }))
  process.stdout.write(`${JSON.stringify(await see(JSON.parse(line) as Call))}\n`);
