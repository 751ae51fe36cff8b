import { createHash } from 'node:crypto';
import { actionFrom, listActions } from '../aws/action-record.ts';
import { loadDefinition } from '../aws/definitions.ts';
import { typeOf } from '../aws/named-types.ts';
import { accessBy } from '../aws/roles.ts';
import { readRun } from '../aws/run-record.ts';
import type { Key } from '../aws/table.ts';
import { type ActionExecution, type Artifact, runOf } from '../domain/action.ts';
import { type ActionDeclaration, artifactStore, type PipelineDeclaration } from '../domain/declaration.ts';
import { secretNames } from '../domain/definition/secrets.ts';
import { jobSessionPolicy } from '../domain/job-session-policy.ts';
import { whyElsewhere } from '../domain/not-carried-out.ts';
import type { Run } from '../domain/run.ts';
import { sessionPolicy } from '../domain/session-policy.ts';
import { rulesOf } from '../domain/step.ts';
import { type Reference, references, replaceInConfiguration } from '../domain/variables.ts';
import { type Given, pipelineArn } from '../lambda/given.ts';
import { Failure, type OutputLocation, type Work } from './work.ts';

const resolvedLimit = 100 * 1024;

/** Brings together what a provider needs for an action. Throws `Failure` when the action is in another Region, or a variable or an input artifact is not there. */
export async function assembleWork(action: ActionExecution, given: Given): Promise<Work> {
  const { pipelineId, run: runId } = runOf(action.key);
  const found = await readRun(pipelineId, runId);
  if (!found) throw new Error(`There is no run ${runId}.`);
  const { run } = found;
  const definition = await loadDefinition(pipelineId, run.version);
  const declaration = declarationOf(definition, action);
  const { region } = given.home;
  const elsewhere = whyElsewhere(declaration, region);
  if (elsewhere !== undefined) throw new Failure('ConfigurationError', `${elsewhere}: nothing was started.`);
  const producers = producersOf(run, definition);
  const arn = pipelineArn(given.home, run.pipelineName);
  const roles = { pipeline: definition.roleArn, ...(declaration.roleArn ? { action: declaration.roleArn } : {}) };
  // Secrets are not recorded: an action that has some is resolved again.
  const secrets = secretNames(declaration, await typeOf(declaration.actionTypeId));
  const kept = secrets.length === 0 ? action.resolvedConfiguration : undefined;
  const configuration = kept ?? (await resolveConfiguration(declaration, run, producers));
  const commandVariables = await valuesOf(declaration.commands ?? [], run, producers);
  const inputs = await Promise.all(
    (declaration.inputArtifacts ?? []).map(({ name }) => inputArtifact(name, producers)),
  );
  const { partition } = given.home;
  const outputs = outputLocations(action, declaration, definition, region);
  const purpose = { pipelineArn: arn, pipeline: run.pipelineName, run: run.id, action: action.action };
  const worker = accessBy(roles, region, {
    ...purpose,
    sessionPolicy: jobSessionPolicy({ partition, region, inputs, outputs }),
  });
  const access = accessBy(roles, region, {
    ...purpose,
    sessionPolicy: sessionPolicy({
      partition,
      bucket: artifactStore(definition, region).location,
      artifacts: [...inputs, ...outputs],
      configuration,
    }),
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

interface Producers {
  byArtifact(name: string): Promise<ActionExecution | undefined>;
  byNamespace(namespace: string): Promise<ActionExecution | undefined>;
}

/**
 * The executions that made artifacts and variables for this run: of each action its newest that succeeded. A run that rolls a stage back has
 * those of other stages from its target.
 */
function producersOf(run: Run, definition: PipelineDeclaration): Producers {
  const ofStage = new Map<number, Promise<readonly ActionExecution[]>>();
  const find = async (declares: (action: ActionDeclaration) => boolean) => {
    const stage = definition.stages.findIndex(({ actions }) => actions.some(declares));
    const action = definition.stages[stage]?.actions.find(declares);
    if (!action) return undefined;
    const id = run.rollback && definition.stages[stage]?.name !== run.stage ? run.rollback.target : run.id;
    const known = ofStage.get(stage) ?? succeededIn(run.pipelineId, id, stage);
    ofStage.set(stage, known);
    return (await known).find((execution) => execution.action === action.name);
  };
  return {
    byArtifact: (name) =>
      find(({ outputArtifacts }) => outputArtifacts?.some((artifact) => artifact.name === name) ?? false),
    byNamespace: (namespace) => find((action) => action.namespace === namespace),
  };
}

async function succeededIn(pipelineId: string, run: string, stage: number): Promise<readonly ActionExecution[]> {
  const found: ActionExecution[] = [];
  let after: Key | undefined;
  do {
    const { items, next } = await listActions(pipelineId, { run, stage }, 100, after);
    found.push(...items.map((item) => actionFrom(item).action).filter(({ status }) => status === 'Succeeded'));
    after = next;
  } while (after);
  return found;
}

async function resolveConfiguration(
  declaration: ActionDeclaration,
  run: Run,
  producers: Producers,
): Promise<Readonly<Record<string, string>>> {
  const entries = Object.entries(declaration.configuration ?? {});
  const values = await valuesOf(
    entries.map(([, value]) => value),
    run,
    producers,
  );
  let added = 0;
  // Refused before it is put together: thousands of references to a long value are more than memory holds.
  const valueFor = ({ text }: Reference) => {
    const value = values.get(text);
    added += value?.length ?? 0;
    if (added > resolvedLimit) throw tooLarge(`over ${resolvedLimit}`);
    return value;
  };
  const resolved = entries.map(([key, value]) => [key, replaceInConfiguration(value, valueFor)] as const);
  const size = resolved.reduce((sum, [key, value]) => sum + Buffer.byteLength(key) + Buffer.byteLength(value), 0);
  if (size > resolvedLimit) throw tooLarge(size);
  return Object.fromEntries(resolved);
}

/** The values of the variables that some texts refer to, by the text of the reference. */
async function valuesOf(texts: readonly string[], run: Run, producers: Producers): Promise<Map<string, string>> {
  const values = new Map<string, string>();
  for (const { text, namespace, key } of texts.flatMap(references))
    values.set(text, await variableOf(namespace, key, run, producers));
  return values;
}

function tooLarge(size: number | string): Failure {
  return new Failure(
    'ConfigurationError',
    `The resolved configuration has ${size} bytes; at most ${resolvedLimit} are allowed.`,
  );
}

async function variableOf(namespace: string, key: string, run: Run, producers: Producers): Promise<string> {
  const values =
    namespace === 'codepipeline'
      ? { PipelineExecutionId: run.id }
      : namespace === 'variables'
        ? run.variables
        : (await producers.byNamespace(namespace))?.outputVariables;
  if (values && Object.hasOwn(values, key)) return values[key as keyof typeof values] ?? '';
  throw new Failure(
    'ConfigurationError',
    `The variable #{${namespace}.${key}} has no value: namespace ${namespace} gave no variable ${key} in this run.`,
  );
}

async function inputArtifact(name: string, producers: Producers): Promise<Artifact> {
  const artifact = (await producers.byArtifact(name))?.outputs?.find((output) => output.name === name);
  if (!artifact) throw new Failure('ConfigurationError', `The input artifact ${name} was not produced in this run.`);
  return artifact;
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
