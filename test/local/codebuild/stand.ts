import { mkdtemp, rm } from 'node:fs/promises';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import type { Build, CreateProjectInput, StartBuildInput } from '@aws-sdk/client-codebuild';
import {
  BatchGetBuildsCommand,
  CodeBuildClient,
  CreateProjectCommand,
  StartBuildCommand,
} from '@aws-sdk/client-codebuild';
import { TurnableClock } from '../../../local/clock.ts';
import { openCodebuild } from '../../../local/codebuild/codebuild.ts';
import type { BusEvent, Ports } from '../../../local/ports.ts';
import type { Service, StackContext } from '../../../local/service.ts';

export const ROLE = 'arn:aws:iam::000000000000:role/build';
export const CREDENTIALS = {
  accessKeyId: 'ASIABUILDROLE0000000',
  secretAccessKey: 'role-secret-key',
  sessionToken: 'role-session-token',
};

export interface StoredObject {
  readonly body: Buffer;
  readonly headers: IncomingMessage['headers'];
}

/** A CodeBuild of its own over HTTP, with S3 and Secrets Manager in memory, and all that its ports were given. */
export interface Stand {
  readonly client: CodeBuildClient;
  readonly clock: TurnableClock;
  readonly dir: string;
  readonly context: StackContext;
  readonly service: Service;
  /** By `bucket/key` or `bucket/key?version`. */
  readonly objects: Map<string, StoredObject>;
  readonly secrets: Map<string, string>;
  readonly events: BusEvent[];
  readonly assumed: { role: string; session: string; seconds: number }[];
  /** Access key ids that came to S3 and Secrets Manager. */
  readonly callers: Set<string>;
  /** Lines by log group, then stream. */
  lines(build: Build): string[];
  /** Makes a project named `app`, of NO_SOURCE and NO_ARTIFACTS unless told otherwise. */
  project(members?: Partial<CreateProjectInput>): Promise<void>;
  start(input?: Partial<StartBuildInput>): Promise<Build>;
  /** Waits for a build's last event; then the build as BatchGetBuilds has it. */
  over(build: Build): Promise<Build>;
  /** Starts a build of a project with this buildspec and waits for its end. */
  run(buildspec: string, input?: Partial<StartBuildInput>): Promise<{ build: Build; lines: string[] }>;
  /** Waits until a log line holds the text. */
  said(text: string): Promise<void>;
  get(build: Build): Promise<Build>;
  /** Closes the service and opens it again over the same folder. */
  reopen(): Promise<void>;
  close(): Promise<void>;
}

export interface StandOptions {
  readonly concurrency?: number;
  readonly ports?: Partial<Ports>;
  readonly dir?: string;
  readonly started?: boolean;
}

export async function openStand({
  concurrency = 2,
  ports = {},
  dir,
  started = true,
}: StandOptions = {}): Promise<Stand> {
  const folder = dir ?? (await mkdtemp(join(tmpdir(), 'codebuild-')));
  const clock = new TurnableClock();
  const objects = new Map<string, StoredObject>();
  const secrets = new Map<string, string>();
  const events: BusEvent[] = [];
  const logs = new Map<string, string[]>();
  const assumed: Stand['assumed'] = [];
  const callers = new Set<string>();
  const listeners = new Set<() => void>();
  const changed = () => {
    for (const listener of [...listeners]) listener();
  };
  const until = (holds: () => boolean) =>
    new Promise<void>((resolve) => {
      const check = () => {
        if (!holds()) return;
        listeners.delete(check);
        resolve();
      };
      listeners.add(check);
      check();
    });

  const server = createServer({ keepAliveTimeout: 0 }, (request, response) => void respond(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const context: StackContext = {
    account: '000000000000',
    region: 'eu-west-1',
    partition: 'aws',
    endpoint,
    dir: folder,
    clock,
  };
  const given: Pick<Ports, 'emit' | 'log' | 'assumeRole'> = {
    emit(event) {
      events.push(event);
      changed();
    },
    log(group, stream, lines) {
      const known = logs.get(`${group} ${stream}`) ?? [];
      logs.set(`${group} ${stream}`, [...known, ...lines.map(({ message }) => message)]);
      changed();
    },
    assumeRole(role, session, seconds) {
      assumed.push({ role, session, seconds });
      return { ...CREDENTIALS, expiration: clock.now() + seconds * 1000 };
    },
    ...ports,
  };
  const open = async () => {
    const service = openCodebuild(context, given, { concurrency });
    if (started) await service.start?.();
    return service;
  };
  let service = await open();

  async function respond(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const scope = /Credential=([^/]+)\/\d+\/[^/]+\/([^/]+)/.exec(request.headers.authorization ?? '');
    const url = new URL(request.url ?? '/', endpoint);
    if (scope?.[2] !== 'codebuild' && scope?.[1]) callers.add(scope[1]);
    if (scope?.[2] === 's3') return answerS3(request, response, url, objects);
    if (scope?.[2] === 'ssm') return answerParameters(request, response, secrets);
    if (scope?.[2] === 'secretsmanager') return answerSecrets(request, response, secrets);
    const caller = { arn: 'arn:aws:iam::000000000000:root', account: '000000000000', accessKeyId: 'local' };
    const { method = 'POST', headers } = request;
    const answer = await service.handle({
      method,
      path: url.pathname,
      query: url.searchParams,
      headers,
      body: request,
      caller,
      requestId: 'r-1',
    });
    response.writeHead(answer.status, answer.headers).end(answer.body);
  }

  const client = new CodeBuildClient({
    endpoint,
    region: 'eu-west-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    maxAttempts: 1,
  });
  const get = async (build: Build) => {
    const { builds } = await client.send(new BatchGetBuildsCommand({ ids: [build.id ?? ''] }));
    if (!builds?.[0]) throw new Error(`There is no build ${build.id}.`);
    return builds[0];
  };
  const stand: Stand = {
    client,
    clock,
    dir: folder,
    context,
    get service() {
      return service;
    },
    objects,
    secrets,
    events,
    assumed,
    callers,
    get,
    lines: ({ logs: place }) => logs.get(`${place?.groupName} ${place?.streamName}`) ?? [],
    async project(members = {}) {
      await client.send(
        new CreateProjectCommand({
          name: 'app',
          source: { type: 'NO_SOURCE', buildspec: 'version: 0.2\nphases: {build: {commands: ["true"]}}\n' },
          artifacts: { type: 'NO_ARTIFACTS' },
          environment: {
            type: 'LINUX_CONTAINER',
            image: 'aws/codebuild/standard:7.0',
            computeType: 'BUILD_GENERAL1_SMALL',
          },
          serviceRole: ROLE,
          ...members,
        }),
      );
    },
    async start(input = {}) {
      const { build } = await client.send(new StartBuildCommand({ projectName: 'app', ...input }));
      return build ?? {};
    },
    async over(build) {
      const isLast = ({ detailType, detail }: BusEvent) =>
        detailType === 'CodeBuild Build State Change' &&
        Reflect.get(detail, 'build-id') === build.arn &&
        Reflect.get(detail, 'build-status') !== 'IN_PROGRESS';
      await until(() => events.some(isLast));
      return get(build);
    },
    async run(buildspec, input = {}) {
      const build = await stand.over(await stand.start({ buildspecOverride: buildspec, ...input }));
      return { build, lines: stand.lines(build) };
    },
    said: (text) =>
      until(() =>
        [...logs.values()].some((lines) =>
          lines.some((line) => line.includes(text) && !line.includes('Running command')),
        ),
      ),
    async reopen() {
      await service.close();
      service = await open();
    },
    async close() {
      await service.close();
      client.destroy();
      clock.close();
      await closeServer(server);
      await rm(folder, { recursive: true, force: true });
    },
  };
  return stand;
}

async function answerS3(
  request: IncomingMessage,
  response: ServerResponse,
  url: URL,
  objects: Stand['objects'],
): Promise<void> {
  const version = url.searchParams.get('versionId');
  const name = decodeURIComponent(url.pathname.slice(1)) + (version ? `?${version}` : '');
  if (request.method === 'POST') return answerMultipart(request, response, url, objects);
  if (request.method === 'PUT') {
    const part = url.searchParams.get('partNumber');
    objects.set(part ? `${name} part ${part}` : name, { body: await buffer(request), headers: request.headers });
    response.writeHead(200, { etag: '"0"' }).end();
    return;
  }
  const object = objects.get(name);
  if (object) response.writeHead(200, { 'content-length': object.body.length }).end(object.body);
  else
    response
      .writeHead(404)
      .end('<Error><Code>NoSuchKey</Code><Message>The specified key does not exist.</Message></Error>');
}

async function answerMultipart(
  request: IncomingMessage,
  response: ServerResponse,
  url: URL,
  objects: Stand['objects'],
): Promise<void> {
  const name = decodeURIComponent(url.pathname.slice(1));
  const body = await buffer(request);
  if (url.searchParams.has('uploads')) {
    objects.set(`${name} upload`, { body, headers: request.headers });
    response.end('<InitiateMultipartUploadResult><UploadId>u</UploadId></InitiateMultipartUploadResult>');
    return;
  }
  const parts = [...objects.keys()].filter((key) => key.startsWith(`${name} part `)).sort();
  const whole = Buffer.concat(parts.map((key) => objects.get(key)?.body ?? Buffer.alloc(0)));
  objects.set(name, { body: whole, headers: objects.get(`${name} upload`)?.headers ?? {} });
  response.end('<CompleteMultipartUploadResult><ETag>"0"</ETag></CompleteMultipartUploadResult>');
}

async function answerSecrets(
  request: IncomingMessage,
  response: ServerResponse,
  secrets: Stand['secrets'],
): Promise<void> {
  const { SecretId, VersionStage } = JSON.parse((await buffer(request)).toString());
  const value = secrets.get(VersionStage ? `${SecretId}@${VersionStage}` : SecretId);
  const missing = { __type: 'ResourceNotFoundException', message: "Secrets Manager can't find the specified secret." };
  response.writeHead(value === undefined ? 400 : 200, { 'content-type': 'application/x-amz-json-1.1' });
  response.end(JSON.stringify(value === undefined ? missing : { Name: SecretId, SecretString: value }));
}

async function answerParameters(
  request: IncomingMessage,
  response: ServerResponse,
  secrets: Stand['secrets'],
): Promise<void> {
  const { Names, WithDecryption } = JSON.parse((await buffer(request)).toString());
  const value = secrets.get(Names[0]);
  response.writeHead(200, { 'content-type': 'application/x-amz-json-1.1' });
  const found = value === undefined || !WithDecryption ? [] : [{ Name: Names[0], Value: value }];
  response.end(JSON.stringify({ Parameters: found, InvalidParameters: found.length > 0 ? [] : Names }));
}

function closeServer(server: Server): Promise<void> {
  server.closeAllConnections();
  return new Promise((resolve) => server.close(() => resolve()));
}

/** Phases as `BUILD FAILED`, in order. */
export function phasesOf(build: Build): string[] {
  return (build.phases ?? []).map(({ phaseType, phaseStatus }) => `${phaseType} ${phaseStatus ?? ''}`.trim());
}

/** `STATUSCODE: message` of a phase. */
export function contextOf(build: Build, phase: string): string | undefined {
  const context = build.phases?.find(({ phaseType }) => phaseType === phase)?.contexts?.[0];
  return context && `${context.statusCode}: ${context.message}`;
}

/** A buildspec of these phases, each a list of commands or a whole phase. */
export function spec(phases: Record<string, readonly string[] | object>, sections: object = {}): string {
  const whole = Object.entries(phases).map(([name, phase]) => [
    name,
    Array.isArray(phase) ? { commands: phase } : phase,
  ]);
  return `${JSON.stringify({ version: '0.2', phases: Object.fromEntries(whole), ...sections }, null, 2)}\n`;
}

/** What the commands themselves wrote. */
export function outputOf(lines: readonly string[]): string[] {
  let inCommand = false;
  return lines.filter((line) => {
    if (line.startsWith('[Container]')) {
      inCommand = line.includes(' Running command ');
      return false;
    }
    return inCommand;
  });
}

/** A request as the gateway would hand it over, for what the SDK cannot send. */
export function request(target: string, body: string): Parameters<Service['handle']>[0] {
  const caller = { arn: 'arn:aws:iam::000000000000:root', account: '000000000000', accessKeyId: 'local' };
  const headers = { 'x-amz-target': target };
  return {
    method: 'POST',
    path: '/',
    query: new URLSearchParams(),
    headers,
    body: Readable.from([Buffer.from(body)]),
    caller,
    requestId: 'r-1',
  };
}
