import { mkdir, rename, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { serviceModel } from './client/service-model.ts';

/** Writes the client model where the AWS CLI and boto3 look for models of their user; answers the folder. */
export async function installClient(dir: string): Promise<string> {
  const folder = join(dir, 'sluice', '2015-07-09');
  await mkdir(folder, { recursive: true });
  const written = join(folder, `service-2.json.${process.pid}`);
  await writeFile(written, JSON.stringify(serviceModel(), undefined, 1));
  await rename(written, join(folder, 'service-2.json'));
  return folder;
}

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { dir: { type: 'string', default: join(homedir(), '.aws', 'models') } } });
  const folder = await installClient(values.dir);
  console.log(`Installed the client model in ${folder}. Try it, with the output ApiUrl of your stack:
  aws sluice list-pipelines --endpoint-url https://API_ID.execute-api.REGION.amazonaws.com
  export AWS_ENDPOINT_URL_SLUICE=https://API_ID.execute-api.REGION.amazonaws.com   # and leave the option out`);
}

if (import.meta.main) {
  await main().catch((error: unknown) => {
    console.error(`${error instanceof Error ? error.message : error}. npm run install-client [-- --dir DIR]`);
    process.exitCode = 1;
  });
}
