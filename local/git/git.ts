import type { ChildProcess } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import type { IncomingHttpHeaders } from 'node:http';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { openDatabase, transaction } from '../database.ts';
import { Outbox } from '../outbox.ts';
import type { ServiceResponse, StackContext } from '../service.ts';
import { runBackend } from './backend.ts';
import { commitPage } from './commit-page.ts';
import { pushPayload } from './payload.ts';
import { folderOf, isRepository, makeRepository } from './repository.ts';
import { requireGit } from './run.ts';
import { Spool } from './spool.ts';
import { type Webhooks, type Work, webhookDelivering } from './webhook.ts';

/** A request below `/git`; `path` is what comes after that (`/owner/name.git/…`), `query` what comes after the question mark. */
export interface GitRequest {
  readonly method: string;
  readonly path: string;
  readonly query: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Readable;
}

/** The git server: clone, fetch and push over smart HTTP. */
export interface GitServer {
  /** Goes on with what earlier pushes have still to tell their webhooks; the first request does so too. */
  start(): Promise<void>;
  serve(request: GitRequest): Promise<ServiceResponse>;
  /** Makes a bare repository, with a first commit on main when files are given. No effect when it exists; no webhook hears of it. */
  create(repository: string, files?: Readonly<Record<string, string>>, message?: string): Promise<void>;
  close(): Promise<void>;
}

const PATHS = /^\/([^/]+\/[^/]+?)(?:\.git)?\/(info\/refs|git-upload-pack|git-receive-pack)$/;
const SERVICES = /(?:^|&)service=(git-upload-pack|git-receive-pack)(?:&|$)/;

/**
 * Opens the git server over `<dir>/git/`. A push is answered when what its webhook is to be told is stored; that survives any
 * crash. Throws when there is no git program.
 */
export function openGit(context: StackContext, options: { webhook: Webhooks }): GitServer {
  requireGit();
  const dir = join(context.dir, 'git');
  mkdirSync(dir, { recursive: true });
  const spool = new Spool(join(dir, '.pushes'), context.clock, (repository) => folderOf(dir, repository));
  const database = openDatabase(join(dir, '.pushes', 'webhooks.sqlite'));
  const closing = new AbortController();
  const outbox = new Outbox<Work>(
    database,
    context.clock,
    webhookDelivering(context.clock, options.webhook, closing.signal),
  );
  const running = new Map<ChildProcess, Promise<void>>();
  let started: Promise<void> | undefined;
  let taking: Promise<void> = Promise.resolve();

  /** Stores what a push's webhook is to be told; pushes are taken in their order. */
  function take(name: string): Promise<void> {
    taking = taking
      .then(() => takeOne(name))
      .catch((error: Error) => {
        console.error(`A push waits for the next start to reach its webhook: ${error.message}`);
      });
    return taking;
  }

  async function takeOne(name: string): Promise<void> {
    const changes = await spool.read(name);
    const works: Work[] = [];
    for (const change of changes) {
      const { repository } = change;
      const place = { folder: folderOf(dir, repository), url: `${context.endpoint}/git/${repository}` };
      const payload = await pushPayload(change, place, changes);
      if (payload !== undefined) works.push({ repository, body: JSON.stringify(payload) });
    }
    transaction(database, () => {
      for (const work of works) outbox.add(work, work.repository);
    });
    await spool.forget(name);
    outbox.wake();
  }

  async function start(): Promise<void> {
    for (const name of await spool.names()) await take(name);
    outbox.start();
  }

  async function serve({ method, path, query, headers, body }: GitRequest): Promise<ServiceResponse> {
    const [, repository = '', action = ''] = PATHS.exec(path) ?? [];
    const service = action === 'info/refs' ? SERVICES.exec(query)?.[1] : action;
    if (!isRepository(repository) || service === undefined || !existsSync(folderOf(dir, repository))) {
      return refusal(404, 'There is no such repository.\n');
    }
    if (method !== (action === 'info/refs' ? 'GET' : 'POST')) return refusal(405, 'git does not ask like this.\n');
    const asked = { method, path: `/${repository}.git/${action}`, headers, body };
    const backend = { root: dir, settings: { 'core.hooksPath': spool.hooks }, started: watch };
    if (action !== 'git-receive-pack') {
      const listing = action === 'info/refs' ? `service=${service}` : '';
      return runBackend({ ...asked, query: listing }, { ...backend, variables: {}, ended: async () => undefined });
    }
    const name = spool.next();
    const variables = spool.variables(name, repository);
    return runBackend({ ...asked, query: '' }, { ...backend, variables, ended: () => take(name) });
  }

  function watch(child: ChildProcess, over: Promise<void>): void {
    running.set(child, over);
    const forget = () => running.delete(child);
    over.then(forget, forget);
  }

  return {
    start: () => {
      started ??= start();
      return started;
    },
    serve: async (request) => {
      started ??= start();
      await started;
      return (await commitPage(dir, request.method, request.path)) ?? serve(request);
    },
    create: (repository, files = {}, message = 'First commit') =>
      makeRepository(dir, repository, { files, message, time: context.clock.now() }),
    close: async () => {
      closing.abort();
      // A push that is cut off like this is found by its notes at the next start.
      for (const child of running.keys()) child.kill();
      await Promise.allSettled([started, ...running.values()]);
      await taking;
      await outbox.close();
      database.close();
    },
  };
}

function refusal(status: number, body: string): ServiceResponse {
  return { status, headers: { 'content-type': 'text/plain; charset=utf-8' }, body };
}
