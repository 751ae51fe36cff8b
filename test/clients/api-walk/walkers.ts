import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { pythonProgram, root, userEnvironment } from '../machine.ts';
import { openCli } from './cli-client.ts';
import type { WalkClient } from './client.ts';
import { openProgram } from './program-client.ts';

/** One of the clients that walk, and what its requests tell of it. */
export interface Walker {
  readonly name: string;
  /** Short: names of what it makes end in it. */
  readonly id: string;
  readonly userAgent: RegExp;
  readonly contentType: string;
  /** Makes the client, which may keep files in the folder. */
  open(endpoint: string, folder: string): Promise<WalkClient>;
}

const json = 'application/x-amz-json-1.1';

const boto3 =
  (protocol: string): Walker['open'] =>
  async (endpoint, folder) => {
    const args = ['-B', join(import.meta.dirname, 'boto3-client.py'), endpoint, protocol];
    return openProgram(pythonProgram('python3'), args, { cwd: folder, env: userEnvironment(folder) });
  };

export const walkers: readonly Walker[] = [
  {
    name: 'the AWS CLI',
    id: 'cli',
    userAgent: /^aws-cli\/1/,
    contentType: json,
    open: async (endpoint, folder) => openCli(endpoint, folder),
  },
  {
    name: 'boto3 over JSON 1.1',
    id: 'boto3-json',
    userAgent: /^Boto3\/1/,
    contentType: json,
    open: boto3('json'),
  },
  {
    name: 'boto3 over rpc-v2-cbor',
    id: 'boto3-cbor',
    userAgent: /^Boto3\/1/,
    contentType: 'application/cbor',
    open: boto3('smithy-rpc-v2-cbor'),
  },
  {
    name: 'the SDK for JavaScript v3',
    id: 'javascript',
    userAgent: /^aws-sdk-js\/3/,
    contentType: json,
    open: async (endpoint, folder) => {
      const program = join(import.meta.dirname, 'javascript-client.ts');
      return openProgram(process.execPath, [program, endpoint], { cwd: folder, env: userEnvironment(folder) });
    },
  },
  {
    name: 'the SDK for Go v2',
    id: 'go',
    userAgent: /^aws-sdk-go-v2\/1/,
    contentType: json,
    open: async (endpoint, folder) => {
      const program = join(folder, 'walk');
      await buildGo(program);
      return openProgram(program, [endpoint], { cwd: folder, env: userEnvironment(folder) });
    },
  },
];

/** Builds the program of `test/clients/go` with the machine's Go, whose caches it uses, and no C compiler. Throws when there is no Go: no client is left out. */
async function buildGo(program: string): Promise<void> {
  const how = { cwd: join(root, 'test', 'clients', 'go'), env: { ...process.env, CGO_ENABLED: '0' } };
  await promisify(execFile)('go', ['build', '-buildvcs=false', '-o', program, '.'], how).catch((error) => {
    if (error.code !== 'ENOENT') throw error;
    throw new Error(
      'There is no go on the PATH, so the walk by the SDK for Go cannot be tested. Install Go 1.24 or newer (https://go.dev/dl), and put its bin folder on the PATH.',
    );
  });
}
