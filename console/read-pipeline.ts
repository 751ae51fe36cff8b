import {
  type ActionExecutionDetail,
  type CodePipelineClient,
  GetPipelineCommand,
  GetPipelineStateCommand,
  ListActionExecutionsCommand,
  ListPipelineExecutionsCommand,
  type PipelineDeclaration,
  PipelineExecutionNotFoundException,
  type PipelineExecutionSummary,
  type StageState,
} from '@aws-sdk/client-codepipeline';
import type { Choice } from './address.ts';

/** A pipeline as the API told of it at one time. */
export interface Snapshot {
  readonly declaration: PipelineDeclaration;
  readonly stages: readonly StageState[];
  /** The newest first, at most 20. */
  readonly runs: readonly PipelineExecutionSummary[];
  /** Action executions by run, the newest first: of the newest run, of those that the stages hold, and of the chosen one. */
  readonly actions: ReadonlyMap<string, readonly ActionExecutionDetail[]>;
  /** The action execution whose log is asked for, where it belongs to none of these runs. */
  readonly asked?: ActionExecutionDetail;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

const RUNS = 20;
const PAGE = 100;
/** A run of a pipeline of 1,000 actions is read whole. */
const PAGES = 10;

/** Reads what a pipeline's page shows. Rejects with the API's error, PipelineNotFoundException where there is no such pipeline. */
export async function readPipeline(
  client: CodePipelineClient,
  name: string,
  choice: Choice,
  now: () => number,
): Promise<Snapshot> {
  const [definition, state, list] = await Promise.all([
    client.send(new GetPipelineCommand({ name })),
    client.send(new GetPipelineStateCommand({ name })),
    client.send(new ListPipelineExecutionsCommand({ pipelineName: name, maxResults: RUNS })),
  ]);
  if (!definition.pipeline) throw new Error(`GetPipeline answered without pipeline ${name}.`);
  const runs = list.pipelineExecutionSummaries ?? [];
  const stages = state.stageStates ?? [];
  const shown = [
    runs[0]?.pipelineExecutionId,
    choice.run,
    ...stages.map(({ latestExecution }) => latestExecution?.pipelineExecutionId),
  ];
  const ids = [...new Set(shown.filter((id) => id !== undefined))];
  const actions = new Map(
    await Promise.all(ids.map(async (id) => [id, await actionsOfRun(client, name, id)] as const)),
  );
  const known = [...actions.values()].flat().some(({ actionExecutionId: id }) => id === choice.execution);
  const asked = choice.execution === undefined || known ? undefined : await findAction(client, name, choice.execution);
  return { declaration: definition.pipeline, stages, runs, actions, ...(asked ? { asked } : {}), now: now() };
}

/** Finds an action execution by its id among the newest 1,000 of the pipeline. */
export async function findAction(
  client: CodePipelineClient,
  pipelineName: string,
  id: string,
): Promise<ActionExecutionDetail | undefined> {
  for await (const page of actionPages(client, pipelineName)) {
    const found = page.find(({ actionExecutionId }) => actionExecutionId === id);
    if (found) return found;
  }
  return undefined;
}

/** None where the history has forgotten the run. */
async function actionsOfRun(
  client: CodePipelineClient,
  pipelineName: string,
  run: string,
): Promise<readonly ActionExecutionDetail[]> {
  const all: ActionExecutionDetail[] = [];
  try {
    for await (const page of actionPages(client, pipelineName, run)) all.push(...page);
  } catch (error) {
    if (!(error instanceof PipelineExecutionNotFoundException)) throw error;
  }
  return all;
}

async function* actionPages(
  client: CodePipelineClient,
  pipelineName: string,
  run?: string,
): AsyncGenerator<readonly ActionExecutionDetail[]> {
  const filter = run === undefined ? {} : { filter: { pipelineExecutionId: run } };
  let token: string | undefined;
  for (let page = 0; page < PAGES; page++) {
    const { actionExecutionDetails = [], nextToken } = await client.send(
      new ListActionExecutionsCommand({ pipelineName, maxResults: PAGE, nextToken: token, ...filter }),
    );
    yield actionExecutionDetails;
    if (nextToken === undefined) return;
    token = nextToken;
  }
}
