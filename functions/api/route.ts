import { Refusal } from '../domain/refusal.ts';
import { hasMember } from './model.ts';
import type { Protocol } from './protocol.ts';

/** A request: which operation, with what. */
export interface Request {
  readonly operation: string;
  readonly input: unknown;
}

const target = /^CodePipeline_20150709\.([A-Za-z]+)$/;
const bodyLimit = 4 * 1024 * 1024;

/**
 * Members that hold the name which a part of the path repeats. Every one that a body has must agree: which of them the operation
 * reads is not known here, and what it does not know is taken away later.
 */
export const pathMembers = {
  pipeline: ['pipelineName', 'name'],
  stage: ['stageName'],
  action: ['actionName'],
} as const;

/** Members whose own member names the pipeline: of CreatePipeline and UpdatePipeline, and of PutWebhook. */
export const nestedNames = { pipeline: 'name', webhook: 'targetPipeline' } as const;

/** The members that a part of an operation's path repeats. The name of a webhook is none: a right on a pipeline is none on a webhook. */
export function pathNames(operation: string, part: keyof typeof pathMembers): readonly string[] {
  return operation === 'DeleteWebhook' && part === 'pipeline' ? ['pipelineName'] : pathMembers[part];
}

/** What a member of an input names inside of it; undefined where there is nothing. */
export function nestedName(input: Readonly<Record<string, unknown>>): unknown {
  return nestedAll(input).find((name) => name !== undefined);
}

function nestedAll(input: Readonly<Record<string, unknown>>): readonly unknown[] {
  return Object.entries(nestedNames).map(
    ([member, name]) => (input[member] as Readonly<Record<string, unknown>> | null | undefined)?.[name],
  );
}

/**
 * Reads a request: by path (`/{operation}/{pipeline}/…`), or plain, with its operation in X-Amz-Target or as `plainOperation`. IAM
 * decides by path, so that a body which disagrees with its path is refused: it would reach what the caller was not allowed. A name that
 * the body leaves out is taken from the path, if the operation has a member for it.
 */
export function route(
  path: Readonly<Record<string, string | undefined>>,
  headers: Readonly<Record<string, string | undefined>>,
  body: Buffer,
  { read }: Pick<Protocol, 'read'>,
): Request {
  const named = targeted(headers);
  const operation = operationOf(path, headers);
  if (operation === undefined)
    throw new Refusal('UnknownOperationException', 'The request names no operation in its path or in X-Amz-Target.');
  if (named !== undefined && named !== operation) throw disagree('operation', operation, named);
  const input = inputOf(body, read);
  for (const part of ['pipeline', 'stage', 'action'] as const) {
    const names = pathNames(operation, part);
    const given = [...names.map((name) => input[name]), ...(part === 'pipeline' ? nestedAll(input) : [])].filter(
      (name) => name !== undefined,
    );
    const inPath = path[part];
    if (inPath === undefined && path['operation'] !== undefined && given.length > 0)
      throw incomplete(operation, part, textOf(given[0]));
    if (inPath === undefined) continue;
    const read = names.filter((name) => hasMember(operation, name));
    if (given.length + read.length === 0 || given.some((name) => name !== inPath))
      throw disagree(part, inPath, textOf(given.find((name) => name !== inPath)));
    for (const name of read) input[name] = inPath;
  }
  return { operation, input };
}

/** The operation that a request names; its path counts before its header. */
export function operationOf(
  path: Readonly<Record<string, string | undefined>>,
  headers: Readonly<Record<string, string | undefined>>,
): string | undefined {
  return path['operation'] ?? path['plainOperation'] ?? targeted(headers);
}

function targeted(headers: Readonly<Record<string, string | undefined>>): string | undefined {
  return target.exec(headers['x-amz-target'] ?? '')?.[1];
}

function inputOf(body: Buffer, read: Protocol['read']): Record<string, unknown> {
  if (body.length > bodyLimit)
    throw new Refusal('ValidationException', `The body has ${body.length} bytes; at most ${bodyLimit} are allowed.`);
  const input = body.length === 0 ? {} : read(body);
  if (typeof input !== 'object' || input === null || Array.isArray(input))
    throw new Refusal('SerializationException', 'The body is not an object of members.');
  return input as Record<string, unknown>;
}

/** A name for a message. What is no text is not spelled out: writing it can fail. */
function textOf(name: unknown): string {
  return typeof name === 'string' ? name : typeof name;
}

function disagree(part: string, path: string, body: string): Refusal {
  return new Refusal(
    'ValidationException',
    `The path names ${part} '${path}', the body '${body.slice(0, 100)}': they must be the same.`,
  );
}

function incomplete(operation: string, part: string, given: string): Refusal {
  return new Refusal(
    'ValidationException',
    `The path of ${operation} must name the ${part} '${given.slice(0, 100)}' that the body names.`,
  );
}
