import { readFileSync } from 'node:fs';
import type { IncomingHttpHeaders } from 'node:http';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { CodePipelineClient } from '@aws-sdk/client-codepipeline';
import type { ServiceResponse } from '../local/service.ts';
import { type Choice, ROOT } from './address.ts';
import { type Place, pieceAfter, placeOf, type ReadLog } from './build-log.ts';
import { listPage } from './list-page.ts';
import { html } from './markup.ts';
import { logOf } from './picture.ts';
import { pipelinePage } from './pipeline-page.ts';
import { findAction, readPipeline } from './read-pipeline.ts';
import { readPipelines } from './read-pipelines.ts';
import { liveResponse, pageResponse, problemPage, respond } from './respond.ts';

/** What the console is given. */
export interface ConsoleOptions {
  /** Where the CodePipeline API is, without a slash at the end. */
  readonly endpoint: string;
  readonly region: string;
  /** Reads build logs. */
  readonly readLog: ReadLog;
  /** The address of what a pipeline has put online. */
  site?(pipeline: string): string | undefined;
  /** The time by which durations are told, in milliseconds; the machine's when it is not given. */
  now?(): number;
}

/** A request below the console's prefix. */
interface ConsoleRequest {
  readonly method: string;
  /** After the prefix, still percent-encoded. */
  readonly path: string;
  /** Without the question mark. */
  readonly query: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Readable;
}

export interface Console {
  serve(request: ConsoleRequest): Promise<ServiceResponse>;
  close(): void;
}

/** Logs whose place is remembered, so that reading on in a log asks the API once. */
const REMEMBERED = 500;

/** Opens the web console: it shows pipelines and changes nothing. It knows only what the CodePipeline API and `readLog` tell. */
export function openConsole(options: ConsoleOptions): Console {
  const now = () => options.now?.() ?? Date.now();
  const style = readFileSync(join(import.meta.dirname, 'style.css'), 'utf8');
  const script = readFileSync(join(import.meta.dirname, 'page.js'), 'utf8');
  const places = new Map<string, Place>();
  const client = new CodePipelineClient({
    endpoint: options.endpoint,
    region: options.region,
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    maxAttempts: 2,
    requestHandler: { requestTimeout: 10_000, throwOnRequestTimeout: true },
  });

  async function serve({ method, path, query }: ConsoleRequest): Promise<ServiceResponse> {
    if (method !== 'GET' && method !== 'HEAD')
      return respond(405, 'text/plain', 'The console can only be read.\n', { allow: 'GET, HEAD' });
    const response = await answer(path, new URLSearchParams(query));
    return method === 'HEAD' ? { ...response, body: '' } : response;
  }

  async function answer(path: string, query: URLSearchParams): Promise<ServiceResponse> {
    if (path === '/style.css') return respond(200, 'text/css', style);
    if (path === '/page.js') return respond(200, 'text/javascript', script);
    const [, first = '', second = '', ...rest] = path.split('/');
    const name = decoded(first);
    if (name === undefined || rest.length > 0) return noPage();
    try {
      if (name === '') return await list(query);
      if (second === '' || second === 'live') return await pipeline(name, query, second === 'live');
      return second === 'log' ? await log(name, query) : noPage();
    } catch (error) {
      return problem(name, error);
    }
  }

  async function list(query: URLSearchParams): Promise<ServiceResponse> {
    const after = query.get('after') ?? undefined;
    return pageResponse(listPage(await readPipelines(client, after, now), after, options));
  }

  async function pipeline(name: string, query: URLSearchParams, live: boolean): Promise<ServiceResponse> {
    const choice = choiceOf(query);
    const snapshot = await readPipeline(client, name, choice, now);
    const surroundings = { ...options, site: options.site?.(name) };
    if (live) return liveResponse(pipelinePage(snapshot, choice, surroundings));
    return pageResponse(pipelinePage(snapshot, choice, surroundings, options.readLog));
  }

  async function log(name: string, query: URLSearchParams): Promise<ServiceResponse> {
    const { execution = '', after = 0 } = choiceOf(query);
    const place =
      places.get(`${name}/${execution}`) ?? placeOf(logOf((await findAction(client, name, execution)) ?? {}));
    if (!place) return json(404, { message: `Pipeline ${name} has no log of an action execution ${execution}.` });
    places.set(`${name}/${execution}`, place);
    for (const oldest of places.keys()) if (places.size > REMEMBERED) places.delete(oldest);
    return json(200, pieceAfter(options.readLog, place, after));
  }

  return { serve, close: () => client.destroy() };
}

const runId = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

function choiceOf(query: URLSearchParams): Choice {
  const run = query.get('run') ?? '';
  const after = query.get('after') ?? '';
  return {
    run: runId.test(run) ? run : undefined,
    execution: query.get('execution') ?? undefined,
    after: /^\d{1,15}$/.test(after) ? Number(after) : undefined,
  };
}

function json(status: number, body: object): ServiceResponse {
  return respond(status, 'application/json', JSON.stringify(body));
}

function noPage(): ServiceResponse {
  return problemPage(404, 'No such page', html`<a href="${ROOT}/">See all pipelines.</a>`);
}

function problem(name: string, error: unknown): ServiceResponse {
  const code = error instanceof Error ? error.name : '';
  if (name === '' && (code === 'InvalidNextTokenException' || code === 'ValidationException')) return noPage();
  // A name that the API refuses is the name of no pipeline.
  if (code === 'PipelineNotFoundException' || code === 'ValidationException') {
    const title = 'No such pipeline';
    return problemPage(
      404,
      title,
      html`There is no pipeline <bdi>${name}</bdi>. <a href="${ROOT}/">See all pipelines.</a>`,
    );
  }
  const why = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  return problemPage(502, 'The API does not answer as it should', html`<bdi>${why}</bdi>`);
}

function decoded(part: string): string | undefined {
  try {
    return decodeURIComponent(part);
  } catch {
    return undefined;
  }
}
