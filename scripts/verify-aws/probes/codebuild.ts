import { createHash } from 'node:crypto';
import { GetObjectCommand, HeadObjectCommand } from '@aws-sdk/client-s3';
import { actionVariable } from '../../../functions/actions/codebuild/start-input.ts';
import { buildOf, linesOf, printed } from '../builds.ts';
import { had, holds, type Probe, probe } from '../probe.ts';
import type { ActionSeen, RunSeen } from '../runs.ts';
import type { Walk } from '../walk.ts';

/** What the build of the walk answers, and a build of an object that was overwritten. */
export const codebuildProbes: readonly Probe[] = [
  probe({
    id: 'codebuild-s3-overrides',
    async look(walk) {
      const build = await buildOf(walk, walk.seen.first);
      return {
        status: build.buildStatus,
        source: build.source?.type,
        sources: build.secondarySources?.length ?? 0,
        versions: build.secondarySourceVersions?.length ?? 0,
        artifacts: build.secondaryArtifacts?.length ?? 0,
      };
    },
    judge: ({ status, source, sources, versions, artifacts }) =>
      holds(
        status === 'SUCCEEDED' && source === 'S3' && sources === 1 && versions === 1 && artifacts === 2,
        `a build of a NO_SOURCE project ended as ${status} with source ${source}, ${sources} secondary source(s), ${versions} version(s), ${artifacts} secondary artifacts`,
      ),
  }),
  probe({
    id: 'codebuild-source-version',
    look: ({ seen }) => had(seen.marker, 'the build of an overwritten object'),
    judge: ({ printed: got, wanted }) =>
      holds(got === wanted, `of two versions the ${wanted} was named; the build printed: ${got}`),
  }),
  probe({
    id: 'codebuild-own-variables',
    async look(walk) {
      const build = await buildOf(walk, walk.seen.first);
      const lines = await linesOf(walk, build);
      const given = (name: string) =>
        build.environment?.environmentVariables?.find((each) => each.name === name)?.value;
      return {
        initiator: { given: given('CODEBUILD_INITIATOR'), printed: printed(lines, 'initiator') },
        resolved: { given: given('CODEBUILD_RESOLVED_SOURCE_VERSION'), printed: printed(lines, 'resolved') },
      };
    },
    judge: ({ initiator, resolved }) =>
      holds(
        [initiator, resolved].every((each) => each.given !== undefined && each.given === each.printed),
        `given ${initiator.given} and ${resolved.given}; printed ${initiator.printed} and ${resolved.printed}`,
      ),
  }),
  probe({
    id: 'codebuild-event-environment',
    async look(walk) {
      const run = had(walk.seen.first, 'the end of the first run');
      const build = await buildOf(walk, run);
      const action = run.actions.find(({ actionName }) => actionName === 'Build');
      const found = (await walk.watch.all()).flatMap((watched) =>
        watched.topic === undefined &&
        watched.event.source === 'aws.codebuild' &&
        String(watched.event.detail['build-id']).endsWith(build.id ?? '') &&
        watched.event.detail['build-status'] !== 'IN_PROGRESS'
          ? [watched.event.detail]
          : [],
      )[0];
      const details = had(found, 'the event of the build')['additional-information'] as {
        environment?: { 'environment-variables'?: readonly { name: string }[] };
      };
      return {
        variables: (details.environment?.['environment-variables'] ?? []).map(({ name }) => name),
        seconds: (action?.lastUpdateTime ?? 0) - (build.endTime?.getTime() ?? 0) / 1000,
      };
    },
    judge: ({ variables, seconds }) =>
      holds(
        variables.includes(actionVariable) && seconds < 30,
        `the event names ${variables.join(', ') || 'no variables'}; the action ended ${seconds.toFixed(1)} s after its build`,
      ),
  }),
  probe({
    id: 'codebuild-idempotency',
    look({ seen }) {
      const { first, second } = had(seen.token, 'the first build of a token');
      return { first, second: had(second, 'the second start, within five minutes') };
    },
    judge: ({ first, second }) =>
      holds(first === second, `four minutes later the token answered ${second === first ? 'the same build' : second}`),
  }),
  probe({
    id: 'codebuild-artifact-key',
    async look({ account, seen }) {
      const action = actionOf(seen.first, 'Build');
      const places = (action.output?.outputArtifacts ?? []).map(({ s3location }) => s3location);
      const missing = await Promise.all(
        places.map(({ bucket, key }) =>
          account.s3.send(new HeadObjectCommand({ Bucket: bucket, Key: key })).then(
            () => [],
            (error: Error) => [`${key}: ${error.name}`],
          ),
        ),
      );
      return { keys: places.map(({ key }) => key), missing: missing.flat() };
    },
    judge: ({ keys, missing }) =>
      holds(
        keys.length > 0 && missing.length === 0,
        `found ${keys.length - missing.length} of ${keys.length} artifacts: ${[...missing, ...keys].join(', ')}`,
      ),
  }),
  probe({
    id: 'codebuild-list-builds',
    look: ({ seen }) => had(seen.token, 'a start of a build'),
    judge: ({ first, listed }) => holds(listed, `${first} was ${listed ? '' : 'not '}listed at once`),
  }),
  probe({
    id: 'codebuild-sha256sum',
    async look(walk) {
      const build = await buildOf(walk, walk.seen.first);
      const claimed = build.secondaryArtifacts?.find(({ artifactIdentifier }) => artifactIdentifier === 'Site');
      const place = artifactOf(walk, walk.seen.first, 'Build', 'Site');
      const bytes = await bytesOf(walk, place);
      return { claimed: claimed?.sha256sum, actual: createHash('sha256').update(bytes).digest('hex') };
    },
    judge: ({ claimed, actual }) =>
      holds(claimed === actual, `the build says ${claimed}, the stored zip has ${actual}`),
  }),
];

/** An action of a run. */
export function actionOf(run: RunSeen | undefined, name: string): ActionSeen {
  return had(
    had(run, 'the run').actions.find(({ actionName }) => actionName === name),
    `the action ${name}`,
  );
}

/** Where an artifact of a run is. */
export function artifactOf(_walk: Walk, run: RunSeen | undefined, action: string, artifact: string) {
  const found = actionOf(run, action).output?.outputArtifacts?.find(({ name }) => name === artifact);
  return had(found, `the artifact ${artifact}`).s3location;
}

/** The bytes of an object. */
export async function bytesOf(
  { account }: Pick<Walk, 'account'>,
  { bucket, key }: { readonly bucket: string; readonly key: string },
): Promise<Uint8Array> {
  const { Body } = await account.s3.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
  return had(await Body?.transformToByteArray(), `the object ${key}`);
}
