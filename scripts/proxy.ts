import { parseArgs } from 'node:util';
import { CodePipelineClient } from '@aws-sdk/client-codepipeline';
import { openProxy, type ProxyOptions } from './client/proxy.ts';

const usage = 'npm run proxy -- --api-url https://API_ID.execute-api.REGION.amazonaws.com [--port N] [--region R]';

/** Reads the command line; Region and credentials are found as every AWS SDK finds them. */
async function readArguments(args: string[]): Promise<ProxyOptions> {
  const text = { type: 'string' } as const;
  const { values } = parseArgs({
    args,
    options: { 'api-url': text, port: { ...text, default: '4748' }, region: text },
  });
  const apiUrl = address(values['api-url']);
  const port = Number(values.port);
  if (!/^\d+$/.test(values.port) || port > 65_535)
    throw new Error(`--port must be a number from 0 to 65535, not '${values.port}'.`);
  const region = values.region ?? /\.execute-api\.([a-z0-9-]+)\./.exec(apiUrl.hostname)?.[1];
  const { config } = new CodePipelineClient(region === undefined ? {} : { region });
  return { port, apiUrl, region: await config.region(), credentials: () => config.credentials() };
}

/** Plain HTTP would show requests to everyone on the way; only this machine itself is reached by it. */
function address(given: string | undefined): URL {
  const url = URL.parse(given ?? '');
  const isSafe = url?.protocol === 'https:' || (url?.protocol === 'http:' && url.hostname === '127.0.0.1');
  if (!url || !isSafe || url.search !== '' || url.username !== '')
    throw new Error(
      `--api-url must be the output ApiUrl of the stack, an https address${given === undefined ? '' : `, not '${given}'`}.`,
    );
  return url;
}

async function main(): Promise<void> {
  const options = await readArguments(process.argv.slice(2));
  const { port, close } = await openProxy(options);
  console.log(`CodePipeline's clients reach ${options.apiUrl.origin} by this proxy. Ctrl-C ends it.
  aws codepipeline list-pipelines --endpoint-url http://127.0.0.1:${port} --region ${options.region}`);
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void close());
}

await main().catch((error: unknown) => {
  console.error(`${error instanceof Error ? error.message : error} ${usage}`);
  process.exitCode = 1;
});
