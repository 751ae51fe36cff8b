import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import type { ActionClass } from '../domain/action-type.ts';
import type { BranchHead } from '../domain/branch-head.ts';
import type { ChangedFiles, FilesQuestion } from '../domain/git-event.ts';
import type { PolledSource } from '../domain/polled-source.ts';

const client = new LambdaClient({});
/** API Gateway waits for 30 seconds at most. */
const registrationMillis = 25_000;
/** Hosts wait for ten seconds. */
const filesMillis = 8_000;

/** Objects are asked ten at a time, fifty at most. */
const newestMillis = 25_000;

/** Functions by class of action: of those alone whose actions go on at a provider, or go on from a cursor, after their function has ended. */
const functionNames: Readonly<Partial<Record<ActionClass, string | undefined>>> = {
  s3: process.env['S3_FUNCTION'],
  build: process.env['BUILD_FUNCTION'],
  rule: process.env['RULE_FUNCTION'],
};

/** Hands a request to the function that carries out a class of actions; Lambda keeps and retries it. */
export async function askActionFunction(of: ActionClass, payload: object): Promise<void> {
  const FunctionName = functionNames[of];
  if (FunctionName === undefined) throw new Error(`Nobody may be asked about actions of the class ${of}.`);
  await client.send(
    new InvokeCommand({
      FunctionName,
      InvocationType: 'Event',
      Payload: Buffer.from(JSON.stringify(payload)),
    }),
  );
}

const gitFunction = process.env['GIT_FUNCTION'] ?? '';

/** What the git function is asked to tell the host of a repository about a webhook. */
export interface RegistrationRequest {
  /** The last part of its URL. */
  readonly webhook: string;
  readonly url: string;
  readonly wanted: 'registered' | 'deregistered';
}

/** What came of it: why it is not done, where it is not. */
export interface RegistrationAnswer {
  readonly failed?: { readonly code: string; readonly message: string };
}

/** Asks the git function and waits for its answer, as long as the API may take. */
export async function askRegistration(request: RegistrationRequest): Promise<RegistrationAnswer> {
  return (await askGitFunction(request, registrationMillis)) as RegistrationAnswer;
}

/** What the git function is asked to find out: which files changed in a repository behind a connection. */
export interface FilesRequest {
  readonly connection: string;
  readonly repository: string;
  readonly files: FilesQuestion;
}

/** Asks the git function for changed files, and waits for its answer, as long as a host waits for ours. */
export async function askFiles(request: FilesRequest): Promise<ChangedFiles> {
  return (await askGitFunction(request, filesMillis)) as ChangedFiles;
}

/** What the git function is asked by the sweeper: the newest commits of a repository's branches, or of one of them. */
export interface HeadsRequest {
  readonly connection: string;
  readonly repository: string;
  readonly heads: { readonly branch?: string };
}

/** The heads, or why they are not known. A branch that is not there has none. */
export type HeadsAnswer = { readonly heads: readonly BranchHead[] } | { readonly unknown: string };

/** Asks the git function for branch heads. */
export async function askHeads(request: HeadsRequest): Promise<HeadsAnswer> {
  return (await askGitFunction(request, newestMillis)) as HeadsAnswer;
}

/** An object whose newest version is asked for, by a source action of a pipeline and as its role. */
export interface NewestQuestion extends PolledSource {
  readonly pipeline: string;
}

/** What the S3 function is asked by polling. */
export interface NewestRequest {
  readonly newest: readonly NewestQuestion[];
}

/** The newest version of an object, or why it is not known. */
export type NewestAnswer = { readonly version: string } | { readonly problem: string };

/** Asks the S3 function for newest versions, in the order of the questions. */
export async function askNewest(request: NewestRequest): Promise<readonly NewestAnswer[]> {
  return (await askFunction('S3', functionNames.s3 ?? '', request, newestMillis)) as readonly NewestAnswer[];
}

function askGitFunction(request: object, millis: number): Promise<unknown> {
  return askFunction('git', gitFunction, request, millis);
}

async function askFunction(what: string, name: string, request: object, millis: number): Promise<unknown> {
  const { Payload, FunctionError } = await client.send(
    new InvokeCommand({ FunctionName: name, Payload: Buffer.from(JSON.stringify(request)) }),
    { abortSignal: AbortSignal.timeout(millis) },
  );
  const text = Buffer.from(Payload ?? []).toString('utf8');
  if (FunctionError !== undefined) throw new Error(`The ${what} function failed: ${text}`);
  return JSON.parse(text);
}
