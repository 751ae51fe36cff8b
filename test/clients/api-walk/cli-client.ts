import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type End, runToEnd } from '../child.ts';
import { pythonProgram, userEnvironment } from '../machine.ts';
import type { Call, Seen, SessionKeys, WalkClient } from './client.ts';

/** The AWS CLI: a command for each call. It keeps its files in `folder`. */
export function openCli(endpoint: string, folder: string): WalkClient {
  const cli = pythonProgram('aws');
  const body = join(folder, 'body');

  const run = (args: readonly string[], keys: SessionKeys | undefined): Promise<End> => {
    const given = [...args, '--endpoint-url', endpoint, '--region', 'us-east-1', '--output', 'json'];
    const env = { ...userEnvironment(folder), ...environment(keys), AWS_EC2_METADATA_DISABLED: 'true' };
    return runToEnd(cli, given, { cwd: folder, env });
  };

  const copy = async ({ operation, input, credentials }: Call): Promise<Seen> => {
    const { bucket, key, bytes } = input as { bucket: string; key: string; bytes?: string };
    const object = `s3://${bucket}/${key}`;
    if (bytes !== undefined) await writeFile(body, Buffer.from(bytes, 'base64'));
    const places = operation === 'GetObject' ? [object, body] : [body, object];
    const end = await run(['s3', 'cp', ...places, '--no-progress'], credentials);
    if (end.status !== 0) return refused(end);
    return { output: operation === 'GetObject' ? { bytes: (await readFile(body)).toString('base64') } : {} };
  };

  return {
    async call(call) {
      if (call.service === 's3') return copy(call);
      const command = [commandOf(call.operation), '--cli-input-json', JSON.stringify(call.input)];
      const end = await run(['codepipeline', ...command], call.credentials);
      if (end.status !== 0) return refused(end);
      return { output: end.output === '' ? {} : JSON.parse(end.output) };
    },
    close: async () => undefined,
  };
}

/** `get-pipeline` for GetPipeline. */
function commandOf(operation: string): string {
  return operation.replace(/\B[A-Z]/g, '-$&').toLowerCase();
}

function environment(keys: SessionKeys | undefined): Record<string, string> {
  if (keys === undefined) return { AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test' };
  const { accessKeyId, secretAccessKey, sessionToken } = keys;
  return {
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
    AWS_SESSION_TOKEN: sessionToken,
  };
}

/** The CLI has no exceptions: it names that of the service in its sentence. What it says of itself has no name in it. */
function refused({ status, errors }: End): Seen {
  const [, type, message = ''] = /\((\w+)\) when calling the \w+ operation: (.*)/.exec(errors) ?? [];
  if (type === undefined) throw new Error(`The AWS CLI ended with ${status}: ${errors}`);
  return { error: { type, message } };
}
