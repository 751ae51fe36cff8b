import { putFollower } from '../../aws/connection-record.ts';
import { storeDefinition } from '../../aws/definitions.ts';
import { usableTypes } from '../../aws/named-types.ts';
import { putPipeline, putSummary, putVersion, readSummary } from '../../aws/pipeline-record.ts';
import { poll } from '../../aws/poll-record.ts';
import { Changed, write } from '../../aws/table.ts';
import type { PipelineDeclaration, Tag } from '../../domain/declaration.ts';
import { acceptDefinition, maskSecrets } from '../../domain/definition.ts';
import { followed } from '../../domain/followed-branch.ts';
import { polled } from '../../domain/polled-source.ts';
import { Refusal } from '../../domain/refusal.ts';
import { acceptTags } from '../../domain/tags.ts';
import { openRun } from '../../engine/open-run.ts';
import { timeOrderedId } from '../../lambda/given.ts';
import type { Operation } from '../operation.ts';

/** CreatePipeline: stores version 1 and starts the first run. */
export const createPipeline: Operation<{ pipeline: PipelineDeclaration; tags?: readonly Tag[] }> = async (
  input,
  { now, newId, home, caller },
) => {
  const { name } = input.pipeline;
  const tags = acceptTags(input.tags ?? []);
  const types = await usableTypes(input.pipeline);
  const definition = acceptDefinition({ ...input.pipeline, version: 1 }, home, undefined, types);
  if (await readSummary(name)) throw inUse(name);

  const id = newId();
  const version = await storeDefinition(id, 1, definition);
  const { executionMode = 'SUPERSEDED', pipelineType = 'V1' } = definition;
  const common = { id, name, version: 1, executionMode, pipelineType, created: now, updated: now };
  const gates = definition.stages.map(({ name: stage }) => ({ stage, waiting: [] }));
  try {
    await write([
      putSummary({ ...common, digest: version.digest, tags }),
      putPipeline({ ...common, sequence: 0, gates }),
      putVersion(id, version),
      ...followed(definition).map(({ connection, repository, ...branch }) =>
        putFollower(connection, repository, { pipelineId: id, pipelineName: name, ...branch }, now),
      ),
      ...polled(definition).map((source) => poll({ id, name }, source, { now, isSame: false })),
    ]);
  } catch (error) {
    throw error instanceof Changed ? inUse(name) : error;
  }
  await firstRun(name, { now, home, caller });
  return { pipeline: maskSecrets(definition, types), ...(tags.length > 0 ? { tags } : {}) };
};

/** A pipeline whose variables have no defaults cannot start by itself; it is there all the same. */
async function firstRun(
  name: string,
  { now, home, caller }: { now: number; home: { account: string }; caller: string },
): Promise<void> {
  const trigger = { type: 'CreatePipeline', detail: caller } as const;
  try {
    await openRun(
      { pipelineName: name, trigger, variables: [], sourceOverrides: [], token: 'create' },
      { id: timeOrderedId(now), now, account: home.account },
    );
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
  }
}

function inUse(name: string): Refusal {
  return new Refusal('PipelineNameInUseException', `A pipeline with the name '${name}' already exists.`);
}
