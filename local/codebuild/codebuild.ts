import { mkdirSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { openDatabase } from '../database.ts';
import type { Ports } from '../ports.ts';
import type { Resource, ResourceValues, Service, StackContext } from '../service.ts';
import { accessOf } from './access.ts';
import type { Build } from './build.ts';
import { complete, currentPhase } from './build.ts';
import { killLeftover } from './leftovers.ts';
import type { Codebuild } from './operation.ts';
import { readProject } from './project.ts';
import { projectInput } from './project-resource.ts';
import { Projects } from './projects.ts';
import { answer } from './protocol.ts';
import { Queue } from './queue.ts';
import { Records } from './records.ts';
import { buildsFolder } from './run.ts';
import { runBuild } from './run-build.ts';
import { removeFolder } from './workspace.ts';

/** CodeBuild on this machine: builds run as child processes, at most `concurrency` at once, with the permissions of their service role. */
export function openCodebuild(
  context: StackContext,
  ports: Pick<Ports, 'emit' | 'log' | 'assumeRole'>,
  { concurrency }: { concurrency: number },
): Service {
  mkdirSync(buildsFolder(context), { recursive: true });
  const database = openDatabase(join(context.dir, 'codebuild', 'codebuild.sqlite'));
  const projects = new Projects(database);
  const records = new Records(database, context, (event) => ports.emit(event));
  const queue = new Queue(records, context.clock, concurrency, (...running) =>
    runBuild({ context, ports, records }, ...running),
  );
  const codebuild: Codebuild = { context, projects, records, queue };
  return {
    signingName: 'codebuild',
    access: accessOf(context),
    handle: (request) => answer(codebuild, request),
    resources: { 'AWS::CodeBuild::Project': (resource) => makeProject(resource, codebuild) },
    async start() {
      records.startAnnouncing();
      await closeInterrupted(codebuild);
      for (const build of records.open()) queue.add(build);
      queue.open();
    },
    async close() {
      await queue.close();
      records.close();
    },
  };
}

function makeProject(resource: Resource, { context, projects }: Codebuild): ResourceValues {
  const input = projectInput(resource);
  const before = projects.get(String(input['name']));
  const { created } = before ?? { created: context.clock.now() };
  const project = { ...readProject(input, undefined, context), created };
  projects.put(project);
  return { ref: project.name, attributes: { Arn: project.arn } };
}

/** Builds whose commands had begun cannot go on: what they did is done. Their processes are ended and their folders removed. */
async function closeInterrupted({ context, records }: Codebuild): Promise<void> {
  for (const { build, pid, started } of records.processes()) {
    await killLeftover(pid, started);
    records.forgetProcesses(build);
  }
  for (const name of await readdir(buildsFolder(context)))
    await removeFolder(join(buildsFolder(context), name)).catch(() => {});
  for (const build of records.open()) if (currentPhase(build).type !== 'QUEUED') records.change(build.id, interrupted);
}

function interrupted(build: Build, now: number): Build {
  if (build.stopRequested) return complete(build, 'STOPPED', [], now);
  const context = {
    statusCode: 'INTERNAL_SERVICE_ERROR',
    message: 'The local runner was stopped while this build ran',
  };
  return complete(build, 'FAULT', [context], now);
}
