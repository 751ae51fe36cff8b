import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { CodePipelineClient, GetPipelineCommand } from '@aws-sdk/client-codepipeline';
import { buildFunctions } from '../scripts/build.ts';
import { administrator } from './sample/connection.ts';
import { makeConnection, makeSample, sampleName, sampleRepository } from './sample/sample.ts';
import { type Stack, startStack } from './stack.ts';

// Sandboxes are threads of this process and see its time zone; Lambda's is UTC.
process.env['TZ'] = 'UTC';

const root = join(import.meta.dirname, '..');
const usage = 'npm start -- [--port N] [--data DIR] [--empty]';

/** npm passes a Ctrl-C on that we have had from the terminal already; a later one comes from somebody who will not wait. */
const PATIENCE = 1000;

interface Given {
  readonly port: number;
  readonly data: string;
  readonly empty: boolean;
}

async function main(): Promise<void> {
  const given = readArguments(process.argv.slice(2));
  const ending = endOnSignal();
  await buildFunctions(join(root, 'dist'));
  const stack = await startStack({ root, dir: given.data, port: given.port });
  ending.by(() => stack.close());
  try {
    await makeConnection(stack);
    if (!given.empty) await makeSample(stack);
    console.log(await greeting(stack));
  } catch (error) {
    // What is under way when the stack ends cannot go well.
    if (!ending.hasBegun()) throw error;
  }
}

/** Ends the process with status 0 on Ctrl-C: at once while the stack is starting, later when it is closed. All is kept either way. */
function endOnSignal() {
  let close = async (): Promise<void> => {};
  let began: number | undefined;
  const end = (): void => {
    if (began !== undefined && performance.now() - began > PATIENCE) process.exit(130);
    if (began !== undefined) return;
    began = performance.now();
    close().then(() => process.exit(0), fail);
  };
  process.on('SIGINT', end).on('SIGTERM', end);
  return {
    by: (given: () => Promise<void>) => {
      close = given;
    },
    hasBegun: () => began !== undefined,
  };
}

function readArguments(args: string[]): Given {
  const values = parsed(args);
  const port = Number(values.port);
  if (!/^\d+$/.test(values.port) || port > 65_535)
    throw new Error(`--port must be a number from 0 to 65535, not '${values.port}'. ${usage}`);
  return { port, data: values.data, empty: values.empty };
}

function parsed(args: string[]) {
  const options = {
    port: { type: 'string', default: '4747' },
    data: { type: 'string', default: '.sluice' },
    empty: { type: 'boolean', default: false },
  } as const;
  try {
    return parseArgs({ args, options }).values;
  } catch (cause) {
    throw new Error(`${cause instanceof Error ? cause.message.split('\n')[0] : cause}. ${usage}`, { cause });
  }
}

async function greeting(stack: Stack): Promise<string> {
  const { endpoint } = stack;
  const sample = [
    `  git clone   ${endpoint}/git/${sampleRepository}.git   (change site/index.html, push)`,
    `  pipeline    ${endpoint}/pipelines/${sampleName}`,
    `  mailbox     ${endpoint}/mail/`,
    `  site        ${endpoint}/sites/${sampleName}/`,
  ];
  const none = [`  pipelines   ${endpoint}/pipelines/`, `  mailbox     ${endpoint}/mail/`];
  return [
    'Sluice is up. Ctrl-C ends it; everything is kept.',
    ...((await hasSample(stack)) ? sample : none),
    `  CLI         AWS_ACCESS_KEY_ID=test AWS_SECRET_ACCESS_KEY=test aws codepipeline list-pipelines --region us-east-1 --endpoint-url ${endpoint}`,
  ].join('\n');
}

/** The sample is not made beside other pipelines, and may have been deleted. */
async function hasSample({ endpoint, region }: Stack): Promise<boolean> {
  const client = new CodePipelineClient({ endpoint, region, credentials: administrator });
  try {
    await client.send(new GetPipelineCommand({ name: sampleName }));
    return true;
  } catch (error) {
    if (error instanceof Error && error.name === 'PipelineNotFoundException') return false;
    throw error;
  } finally {
    client.destroy();
  }
}

function fail(error: unknown): never {
  console.error(error instanceof Error ? error.message : String(error));
  process.exit(1);
}

main().catch(fail);
