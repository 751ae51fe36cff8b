import { actionFrom, listActions } from '../aws/action-record.ts';
import type { Key } from '../aws/table.ts';
import type { ActionExecution, Artifact } from '../domain/action.ts';
import type { ActionDeclaration, PipelineDeclaration } from '../domain/declaration.ts';
import type { Run } from '../domain/run.ts';
import { Failure } from './work.ts';

/** Finds what actions of a run have made. */
export interface Producers {
  /** An artifact, and the Region that its action declares. Throws `Failure` when it was not made in this run. */
  artifact(name: string): Promise<{ readonly artifact: Artifact; readonly region?: string }>;
  /** The output variables of the action with a namespace; undefined when it gave none. */
  variables(namespace: string): Promise<Readonly<Record<string, string>> | undefined>;
}

/**
 * The executions that made artifacts and variables for this run: of each action its newest that succeeded. A run that rolls a stage back has
 * those of other stages from its target.
 */
export function producersOf(run: Run, definition: PipelineDeclaration): Producers {
  const ofStage = new Map<number, Promise<readonly ActionExecution[]>>();
  const find = async (declares: (action: ActionDeclaration) => boolean) => {
    const stage = definition.stages.findIndex(({ actions }) => actions.some(declares));
    const action = definition.stages[stage]?.actions.find(declares);
    if (!action) return undefined;
    const id = run.rollback && definition.stages[stage]?.name !== run.stage ? run.rollback.target : run.id;
    const known = ofStage.get(stage) ?? succeededIn(run.pipelineId, id, stage);
    ofStage.set(stage, known);
    return { action, execution: (await known).find((execution) => execution.action === action.name) };
  };
  return {
    async artifact(name) {
      const found = await find(({ outputArtifacts = [] }) => outputArtifacts.some((output) => output.name === name));
      const artifact = found?.execution?.outputs?.find((output) => output.name === name);
      if (!artifact)
        throw new Failure('ConfigurationError', `The input artifact ${name} was not produced in this run.`);
      return { artifact, ...(found?.action.region === undefined ? {} : { region: found.action.region }) };
    },
    async variables(namespace) {
      return (await find((action) => action.namespace === namespace))?.execution?.outputVariables;
    },
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
