import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { openProxy } from '../client/proxy.ts';
import type { Walk } from './walk.ts';

const run = promisify(execFile);

/** Lists pipelines by the unchanged AWS CLI through the proxy, with the credentials that the walk itself has. */
export async function runClients(walk: Walk): Promise<void> {
  const { account, stack, names, seen, say } = walk;
  const keys = await account.keys();
  const proxy = await openProxy({
    port: 0,
    apiUrl: new URL(stack.outputs['ApiUrl'] ?? ''),
    region: account.region,
    credentials: account.keys,
  });
  const given = ['codepipeline', 'list-pipelines', '--query', 'pipelines[].name', '--output', 'json'];
  const place = ['--region', account.region, '--endpoint-url', `http://127.0.0.1:${proxy.port}`];
  // The chain finds a profile or SSO as it is; the keys of a local stack are in no chain.
  const local = { AWS_ACCESS_KEY_ID: keys.accessKeyId, AWS_SECRET_ACCESS_KEY: keys.secretAccessKey };
  const env = { ...process.env, ...(account.endpoint === undefined ? {} : local) };
  try {
    const { stdout } = await run('aws', [...given, ...place], { env, timeout: 60_000 });
    const listed = (JSON.parse(stdout) as readonly string[]).includes(names.site);
    const chain = process.env['AWS_ACCESS_KEY_ID'] === undefined && account.endpoint === undefined;
    seen.client = { listed, credentials: chain ? 'a profile or another link of the chain' : 'the environment' };
  } catch (error) {
    const missing = (error as NodeJS.ErrnoException).code === 'ENOENT';
    if (!missing) throw error;
    say('  the AWS CLI is not there: install it to try this');
  } finally {
    await proxy.close();
  }
}
