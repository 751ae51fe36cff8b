import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
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
  await build({
    stdin: { contents: code, resolveDir: root },
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    mainFields: ['module', 'main'],
    minify: true,
    banner: { js: "import{createRequire as r}from'node:module';const require=r(import.meta.url);" },
    plugins: [leftOut],
  });
  return (await import(pathToFileURL(outfile).href)) as T;
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

function answerOf(validate: typeof validateInput, operation: string, input: unknown): string {
  try {
    return JSON.stringify(validate(operation, input));
  } catch (error) {
    return `${(error as Error).name}: ${(error as Error).message}`;
  }
}
