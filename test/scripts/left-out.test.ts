import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pathToFileURL } from 'node:url';
import type { STSClient } from '@aws-sdk/client-sts';
import { build } from 'esbuild';
import { contentType, types } from 'mime-types';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { validateInput } from '../../functions/api/validate.ts';
import { leftOut } from '../../scripts/left-out.ts';
import { breaches } from '../api/model-breaches.ts';
import { operations, validInput } from '../api/model-inputs.ts';

const root = join(import.meta.dirname, '..', '..');
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sluice-left-out-'));
});

afterAll(() => rm(folder, { recursive: true, force: true }));

/** A module of one line, bundled as functions are. */
async function bundled<T>(name: string, code: string): Promise<T> {
  const outfile = join(folder, `${name}.mjs`);
  await writeFile(outfile, await bundledText(code));
  return (await import(pathToFileURL(outfile).href)) as T;
}

async function bundledText(code: string): Promise<string> {
  const { outputFiles } = await build({
    stdin: { contents: code, resolveDir: root },
    write: false,
    bundle: true,
    platform: 'node',
    format: 'esm',
    mainFields: ['module', 'main'],
    minify: true,
    banner: { js: "import{createRequire as r}from'node:module';const require=r(import.meta.url);" },
    plugins: [leftOut],
  });
  return outputFiles[0]?.text ?? '';
}

describe('the bundled service model', () => {
  let validate: typeof validateInput;

  beforeAll(async () => {
    const code = "export { validateInput } from './functions/api/validate.ts';";
    ({ validateInput: validate } = await bundled<{ validateInput: typeof validateInput }>('model', code));
  });

  it.each(operations)('answers every input of $operation as the whole model does', ({ operation, input }) => {
    const smallest = input === null ? {} : validInput(input, false);
    const whole = input === null ? {} : validInput(input, true);
    const wrong = input === null ? [] : breaches(input, whole).map((breach) => breach.input);
    const inputs = [smallest, whole, { unknown: 1 }, [], ...wrong];

    const answers = inputs.map((given) => answerOf(validate, operation, given));

    expect(answers).toEqual(inputs.map((given) => answerOf(validateInput, operation, given)));
  });

  it('refuses an operation that is not in it', () => {
    const refused = answerOf(validate, 'CreateBackup', {});

    expect(refused).toBe('UnknownOperationException: CodePipeline has no operation CreateBackup.');
  });
});

describe('the bundled types of files', () => {
  it('are those of mime-types, for every extension it knows and for none', async () => {
    const names = [...Object.keys(types).map((extension) => `a.${extension}`), 'README', 'a.unknown', 'A.HTML'];

    const found = await bundled<{ contentType: typeof contentType }>(
      'types',
      "export { contentType } from 'mime-types';",
    );

    expect(names.length).toBeGreaterThan(1000);
    expect(names.map(found.contentType)).toEqual(names.map(contentType));
  });
});

describe('a bundled SDK client', () => {
  let client: STSClient;

  beforeAll(async () => {
    const code = "export { STSClient } from '@aws-sdk/client-sts';";
    const sdk = await bundled<{ STSClient: typeof STSClient }>('sdk', code);
    client = new sdk.STSClient({ region: 'eu-west-1' });
  });

  afterEach(() => vi.unstubAllEnvs());

  it('says that there are no keys when the environment has none, whatever else there is', async () => {
    for (const name of ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY']) vi.stubEnv(name, undefined);
    vi.stubEnv('AWS_CONTAINER_CREDENTIALS_FULL_URI', 'http://127.0.0.1:1/keys');

    const keys = client.config.credentials();

    await expect(keys).rejects.toThrow('Unable to find environment variable credentials.');
  });

  it("takes its role's keys from the environment", async () => {
    vi.stubEnv('AWS_ACCESS_KEY_ID', 'ASIA1');
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'secret');
    vi.stubEnv('AWS_SESSION_TOKEN', 'token');

    const keys = await client.config.credentials();

    expect(keys).toMatchObject({ accessKeyId: 'ASIA1', secretAccessKey: 'secret', sessionToken: 'token' });
  });

  it('tells its version to the service', async () => {
    const agent = await client.config.defaultUserAgentProvider();

    expect(agent.map(([name, version]) => `${name}/${version}`).join(' ')).toMatch(/aws-sdk-js\/3\.\d+\.\d+/);
  });
});

describe('the bundled shapes of a service', () => {
  it.each([
    {
      service: 's3',
      names: 'S3Client, GetObjectCommand as Command',
      input: { Bucket: 'b', Key: 'a/ü.zip', VersionId: 'v 1', IfMatch: '"e"', ChecksumMode: 'ENABLED' },
      answer: { headers: { 'x-amz-version-id': 'v1', 'x-amz-meta-made': 'today' }, body: 'Hello' },
    },
    {
      service: 's3',
      names: 'S3Client, CompleteMultipartUploadCommand as Command',
      input: { Bucket: 'b', Key: 'k', UploadId: 'u', MultipartUpload: { Parts: [{ PartNumber: 1, ETag: '"e"' }] } },
      answer: { headers: {}, body: '<CompleteMultipartUploadResult><ETag>e</ETag></CompleteMultipartUploadResult>' },
    },
    {
      service: 'lambda',
      names: 'LambdaClient, InvokeCommand as Command',
      input: { FunctionName: 'f', InvocationType: 'Event', Payload: Buffer.from('{}') },
      answer: { headers: { 'x-amz-function-error': 'Unhandled' }, body: '"no"' },
    },
  ])('send and read as the whole ones do: $names', async ({ service, names, input, answer }) => {
    const code = `export { ${names.replace(/\w+Client/, '$& as Client')} } from '@aws-sdk/client-${service}';`;
    const [client = '', command = ''] = names.split(/, | as /);
    const less = await bundled<Sdk>(command, code);
    const all = (await import(`@aws-sdk/client-${service}`)) as Record<string, never>;

    const sent = await exchange(less, input, answer);

    expect(sent).toEqual(await exchange({ Client: all[client], Command: all[command] } as never, input, answer));
    expect(sent.request).toMatchObject({ method: expect.stringMatching(/GET|POST/) });
  });

  const json = (name: string) => ({
    headers: { 'x-amzn-errortype': name, 'content-type': 'application/json' },
    body: JSON.stringify({ __type: name, message: 'Slow', Type: 'User' }),
  });
  const xml = (name: string, around: string) => {
    const error = `<Error><Type>Sender</Type><Code>${name}</Code><Message>Slow</Message></Error>`;
    return { headers: { 'content-type': 'text/xml' }, body: around === '' ? error : `<${around}>${error}</${around}>` };
  };
  const one = (service: string, client: string, command: string, name: string, answer: object) => ({
    ...{ service, client, command, name, answer },
  });
  it.each([
    one('lambda', 'LambdaClient', 'InvokeCommand', 'TooManyRequestsException', json('TooManyRequestsException')),
    one('sfn', 'SFNClient', 'DescribeExecutionCommand', 'ExecutionDoesNotExist', json('ExecutionDoesNotExist')),
    one(
      'sts',
      'STSClient',
      'AssumeRoleCommand',
      'ExpiredTokenException',
      xml('ExpiredTokenException', 'ErrorResponse'),
    ),
    one('s3', 'S3Client', 'GetObjectCommand', 'NoSuchKey', xml('NoSuchKey', '')),
    one('s3', 'S3Client', 'HeadObjectCommand', 'NotFound', { headers: {}, body: '' }),
  ])('tell the error $name of $service by its name and message, as the whole ones do', async (each) => {
    const { service, client, command, name, answer } = each;
    const code = `export { ${client} as Client, ${command} as Command } from '@aws-sdk/client-${service}';`;
    const less = await bundled<Sdk>(`errors-of-${command}`, code);
    const whole = (await import(`@aws-sdk/client-${service}`)) as Record<string, never>;
    const all = { Client: whole[client], Command: whole[command] } as unknown as Sdk;

    const refused = await refusal(less, answer as Refused);

    expect(refused).toMatchObject({ name, status: 404 });
    expect(refused).toEqual(await refusal(all, answer as Refused));
  });

  it('are fewer', async () => {
    const lines = "export { S3Client, GetObjectCommand } from '@aws-sdk/client-s3';";

    const text = await bundledText(lines);

    expect(text).toContain('GetObjectRequest');
    expect(text).not.toContain('PutBucketReplicationRequest');
  });
});

interface Sdk {
  readonly Client: new (options: object) => { send(command: object): Promise<Record<string, unknown>> };
  readonly Command: new (input: object) => object;
}

/** What a client sends, but for what differs from call to call, and what it makes of an answer. */
async function exchange({ Client, Command }: Sdk, input: object, answer: { headers: object; body: string }) {
  let request: Record<string, unknown> = {};
  const requestHandler = {
    handle: async ({ method, path, query, headers, body }: Record<string, Record<string, string>>) => {
      const told = Object.entries(headers ?? {}).filter(
        ([name]) => !/^(amz-|x-amz-(date|user)|authorization|user-)/.test(name),
      );
      request = { method, path, query, headers: Object.fromEntries(told), body: body && String(body) };
      return {
        response: { statusCode: 200, headers: answer.headers, body: Readable.from([Buffer.from(answer.body)]) },
      };
    },
  };
  const credentials = { accessKeyId: 'a', secretAccessKey: 's' };
  const {
    $metadata: _,
    Body,
    ...read
  } = await new Client({ region: 'eu-west-1', credentials, requestHandler }).send(new Command(input));
  const text = await (Body as { transformToString(): Promise<string> } | undefined)?.transformToString();
  return { request, read: JSON.stringify(read), text };
}

interface Refused {
  readonly headers: object;
  readonly body: string;
}

/** What a client throws that is refused. */
async function refusal({ Client, Command }: Sdk, { headers, body }: Refused): Promise<object> {
  const handle = async () => ({ response: { statusCode: 404, headers, body: Readable.from([Buffer.from(body)]) } });
  const credentials = { accessKeyId: 'a', secretAccessKey: 's' };
  const client = new Client({ region: 'eu-west-1', credentials, maxAttempts: 1, requestHandler: { handle } });
  const input = { FunctionName: 'f', Bucket: 'b', Key: 'k', executionArn: 'e', RoleArn: 'r', RoleSessionName: 's' };
  const error = (await client.send(new Command(input)).catch((thrown: unknown) => thrown)) as Error & {
    $metadata: { httpStatusCode: number };
    $fault: string;
  };
  return { name: error.name, message: error.message, status: error.$metadata.httpStatusCode, fault: error.$fault };
}

function answerOf(validate: typeof validateInput, operation: string, input: unknown): string {
  try {
    return JSON.stringify(validate(operation, input));
  } catch (error) {
    return `${(error as Error).name}: ${(error as Error).message}`;
  }
}
