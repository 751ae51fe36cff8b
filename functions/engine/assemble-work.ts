import { createHash } from 'node:crypto';
import { loadDefinition } from '../aws/definitions.ts';
import { typeOf } from '../aws/named-types.ts';
import { accessBy, type Purpose } from '../aws/roles.ts';
import { readRun } from '../aws/run-record.ts';
import { type ActionExecution, type Artifact, runOf } from '../domain/action.ts';
import { type ActionDeclaration, artifactStore, type PipelineDeclaration, storesOf } from '../domain/declaration.ts';
import { secretNames } from '../domain/definition/secrets.ts';
import { jobSessionPolicy } from '../domain/job-session-policy.ts';
import { sessionPolicy } from '../domain/session-policy.ts';
import { rulesOf } from '../domain/step.ts';
import { type Given, pipelineArn } from '../lambda/given.ts';
import { copyArtifact } from './copy-artifact.ts';
import { type Producers, producersOf } from './producers.ts';
import { resolveConfiguration, valuesOf } from './resolve-configuration.ts';
import type { OutputLocation, Work } from './work.ts';

type Unlimited = Omit<Purpose, 'sessionPolicy'>;

/**
 * Brings together what a provider needs for an action: its variables resolved, its input artifacts in its Region. Both are found out
 * once: what the record has is not found out again. Throws `Failure` when a variable or an input artifact is not there.
 */
export async function assembleWork(action: ActionExecution, given: Given): Promise<Work> {
  const { pipelineId, run: runId } = runOf(action.key);
  const found = await readRun(pipelineId, runId);
  if (!found) throw new Error(`There is no run ${runId}.`);
  const { run } = found;
  const definition = await loadDefinition(pipelineId, run.version);
  const declaration = declarationOf(definition, action);
  const { partition, region: home } = given.home;
  const region = declaration.region ?? home;
  const producers = producersOf(run, definition);
  const arn = pipelineArn(given.home, run.pipelineName);
  const purpose = { pipelineArn: arn, pipeline: run.pipelineName, run: run.id, action: action.action };
  // Secrets are not recorded: an action that has some is resolved again.
  const secrets = secretNames(declaration, await typeOf(declaration.actionTypeId));
  const kept = secrets.length === 0 ? action.resolvedConfiguration : undefined;
  const configuration = kept ?? (await resolveConfiguration(declaration, run, producers));
  const commandVariables = await valuesOf(declaration.commands ?? [], run, producers);
  const place = { partition, home, region, purpose };
  const inputs = action.inputs ?? (await inputArtifacts(declaration, definition, producers, place));
  const outputs = outputLocations(action, declaration, definition, region);
  const roles = { pipeline: definition.roleArn, ...(declaration.roleArn ? { action: declaration.roleArn } : {}) };
  const policy = sessionPolicy({
    partition,
    stores: storesOf(definition),
    artifacts: [...inputs, ...outputs],
    configuration,
  });
  const access = accessBy(roles, region, { ...purpose, sessionPolicy: policy });
  const worker = accessBy(roles, region, {
    ...purpose,
    sessionPolicy: jobSessionPolicy({ partition, region, inputs, outputs }),
  });
  return {
    ...given,
    action,
    run,
    declaration,
    configuration,
    commandVariables: Object.fromEntries(commandVariables),
    secrets,
    inputs,
    outputs,
    access: declaration.actionTypeId.owner === 'Custom' ? worker : access,
    worker,
    pipelineArn: arn,
  };
}

function declarationOf(
  definition: PipelineDeclaration,
  { stage, action, condition }: ActionExecution,
): ActionDeclaration {
  const declared = definition.stages.find(({ name }) => name === stage);
  const among = condition && declared ? rulesOf(declared, condition) : declared?.actions;
  const found = among?.find(({ name }) => name === action);
  if (!found)
    throw new Error(`Pipeline ${definition.name} declares no ${condition ?? 'action'} ${action} in stage ${stage}.`);
  return found;
}

/** The input artifacts as they lie in the action's Region: what lies in another is copied, as the pipeline's role. */
async function inputArtifacts(
  { inputArtifacts = [] }: ActionDeclaration,
  definition: PipelineDeclaration,
  producers: Producers,
  place: { readonly partition: string; readonly home: string; readonly region: string; readonly purpose: Unlimited },
): Promise<readonly Artifact[]> {
  const { partition, home, region, purpose } = place;
  const store = artifactStore(definition, region);
  const found = await Promise.all(inputArtifacts.map(({ name }) => producers.artifact(name)));
  const places = found.flatMap(({ artifact }) => [artifact, { ...artifact, bucket: store.location }]);
  const roles = { pipeline: definition.roleArn };
  const policy = sessionPolicy({ partition, stores: storesOf(definition), artifacts: places, configuration: {} });
  const to = accessBy(roles, region, { ...purpose, sessionPolicy: policy });
  return Promise.all(
    found.map(({ artifact, region: from = home }) =>
      from === region ? artifact : copyArtifact({ artifact, access: { ...to, region: from } }, store, to),
    ),
  );
}

/** Names are cut so that a key stays under the 100 characters that ArtifactDetail allows; the last part is the same for every try of one attempt. */
function outputLocations(
  action: ActionExecution,
  declaration: ActionDeclaration,
  definition: PipelineDeclaration,
  region: string,
): readonly OutputLocation[] {
  const store = artifactStore(definition, region);
  return (declaration.outputArtifacts ?? []).map(({ name }) => {
    const last = createHash('sha256').update(`${action.key}\n${name}`).digest('hex').slice(0, 12);
    return {
      name,
      bucket: store.location,
      key: `${definition.name.slice(0, 20)}/${name.slice(0, 10)}/${last}.zip`,
      ...(store.encryptionKey ? { encryptionKey: store.encryptionKey.id } : {}),
    };
  });
}
