import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { makeConnection, makeSample, sampleName, sampleRepository } from './sample/sample.ts';
import { type Stack, startStack } from './stack.ts';

// Sandboxes are threads of this process and see its time zone; Lambda's is UTC.
process.env['TZ'] = 'UTC';

const root = join(import.meta.dirname, '..');
const usage = 'npm start -- [--port N] [--data DIR] [--empty]';

interface Given {
  readonly port: number;
  readonly data: string;
  readonly empty: boolean;
}

async function main(): Promise<void> {
  const given = readArguments(process.argv.slice(2));
  const stack = await startStack({ root, dir: given.data, port: given.port });
  let ending = false;
  const end = (): void => {
    if (ending) return;
    ending = true;
    void stack.close().then(
      () => process.exit(0),
      (error: unknown) => fail(error),
    );
  };
  process.once('SIGINT', end).once('SIGTERM', end);
  await makeConnection(stack);
  if (!given.empty) await makeSample(stack);
  console.log(greeting(stack, given));
}

function readArguments(args: string[]): Given {
  const { values } = parseArgs({
    args,
    options: {
      port: { type: 'string', default: '4747' },
      data: { type: 'string', default: '.sluice' },
      empty: { type: 'boolean', default: false },
    },
  });
  const port = Number(values.port);
  if (!/^\d+$/.test(values.port) || port > 65_535)
    throw new Error(`--port must be a number from 0 to 65535, not '${values.port}'. ${usage}`);
  return { port, data: values.data, empty: values.empty };
}

function greeting({ endpoint }: Stack, { empty }: Given): string {
  const sample = [
    `  git clone   ${endpoint}/git/${sampleRepository}.git   (change site/index.html, push)`,
    `  pipeline    ${endpoint}/pipelines/${sampleName}`,
    `  mailbox     ${endpoint}/mail/`,
    `  site        ${endpoint}/sites/${sampleName}/`,
  ];
  const none = [`  pipelines   ${endpoint}/pipelines/`, `  mailbox     ${endpoint}/mail/`];
  return [
    'Sluice is up. Ctrl-C ends it; everything is kept.',
    ...(empty ? none : sample),
    `  CLI         AWS_ACCESS_KEY_ID=test AWS_SECRET_ACCESS_KEY=test aws codepipeline list-pipelines --region us-east-1 --endpoint-url ${endpoint}`,
  ].join('\n');
}

function fail(error: unknown): never {
  console.error(error instanceof Error ? error.message : String(error));
  process.exit(1);
}

main().catch(fail);
