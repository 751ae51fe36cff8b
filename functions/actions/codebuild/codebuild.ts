import { type Build, buildsBy } from '../../aws/builds.ts';
import { newestVersion } from '../../aws/object-version.ts';
import { codebuildBuild, codebuildTest } from '../../domain/action-types/build.ts';
import { Failure, type Work } from '../../engine/work.ts';
import type { Outcome, Provider } from '../provider.ts';
import { outcomeOf } from './outcome.ts';
import { actionVariable, startInput } from './start-input.ts';

/** CodeBuild keeps an idempotency token for five minutes; a minute less is sure. */
const tokenMillis = 4 * 60_000;

/** Build and Test/AWS/CodeBuild/1: starts a build on the project and waits for its event. */
export const codebuild: Provider = {
  types: [codebuildBuild, codebuildTest],
  startClass: 'lookup',
  start,
  async find(work) {
    if (work.now - work.action.startTime < tokenMillis) return start(work);
    const builds = await buildsBy(work.access).newest(work.configuration['ProjectName'] ?? '');
    const found = builds.find((build) => keyOf(build) === work.action.key);
    return found && settled(found, work);
  },
  async observe(work, externalId) {
    const build = await buildsBy(work.access).get(externalId);
    if (!build) throw new Failure('JobFailed', `The build ${externalId} is gone.`);
    return settled(build, work);
  },
  async stop(work, externalId) {
    await buildsBy(work.access).stop(externalId);
  },
};

async function start(work: Work): Promise<Outcome> {
  return settled(await buildsBy(work.access).start(startInput(work)), work);
}

function settled(build: Build, work: Work): Promise<Outcome> {
  return outcomeOf(build, work, (bucket, key) => newestVersion(work.access, bucket, key));
}

function keyOf({ environment }: Build): string | undefined {
  return environment?.environmentVariables?.find(({ name }) => name === actionVariable)?.value;
}
