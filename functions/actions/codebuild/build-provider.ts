import { type Build, buildsBy, type StartBuildCommandInput } from '../../aws/builds.ts';
import { newestVersion } from '../../aws/object-version.ts';
import { Failure, type Work } from '../../engine/work.ts';
import type { Outcome, Provider } from '../provider.ts';
import { outcomeOf } from './outcome.ts';
import { actionVariable } from './start-input.ts';

/** CodeBuild keeps an idempotency token for five minutes; a minute less is sure. */
const tokenMillis = 4 * 60_000;

/** What is carried out as one build, which is waited for by its event. `inputOf`: what StartBuild is asked for. */
export function buildProvider(types: Provider['types'], inputOf: (work: Work) => StartBuildCommandInput): Provider {
  const start = async (work: Work) => settled(await buildsBy(work.access).start(inputOf(work)), work);
  return {
    types,
    startClass: 'lookup',
    start,
    async find(work) {
      if (work.now - work.action.startTime < tokenMillis) return start(work);
      const builds = await buildsBy(work.access).newest(inputOf(work).projectName ?? '');
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
}

function settled(build: Build, work: Work): Promise<Outcome> {
  return outcomeOf(build, work, (bucket, key) => newestVersion(work.access, bucket, key));
}

function keyOf({ environment }: Build): string | undefined {
  return environment?.environmentVariables?.find(({ name }) => name === actionVariable)?.value;
}
