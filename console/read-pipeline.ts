import {
  type ActionExecutionDetail,
  type CodePipelineClient,
  GetPipelineCommand,
  GetPipelineStateCommand,
  ListActionExecutionsCommand,
  ListPipelineExecutionsCommand,
  ListRuleExecutionsCommand,
  type PipelineDeclaration,
  PipelineExecutionNotFoundException,
  type PipelineExecutionSummary,
  type RuleExecutionDetail,
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
  /** The executions of rules by the same runs, as those of the actions that rules are carried out as. */
  readonly rules: ReadonlyMap<string, readonly ActionExecutionDetail[]>;
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
  const byRun = async (read: (run: string) => AsyncIterable<readonly ActionExecutionDetail[]>) =>
    new Map(await Promise.all(ids.map(async (id) => [id, await all(read(id))] as const)));
  const [actions, rules] = await Promise.all([
    byRun((run) => actionPages(client, name, run)),
    hasRules(definition.pipeline) ? byRun((run) => rulePages(client, name, run)) : new Map(),
  ]);
  const known = [...actions.values()].flat().some(({ actionExecutionId: id }) => id === choice.execution);
  const asked = choice.execution === undefined || known ? undefined : await findAction(client, name, choice.execution);
  return { declaration: definition.pipeline, stages, runs, actions, rules, ...(asked ? { asked } : {}), now: now() };
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

/** A pipeline without conditions is not asked for rules. */
function hasRules({ stages = [] }: PipelineDeclaration): boolean {
  return stages.some(({ beforeEntry, onSuccess, onFailure }) => beforeEntry ?? onSuccess ?? onFailure?.conditions);
}

/** Everything of these pages; none where the history has forgotten the run. */
async function all<T>(pages: AsyncIterable<readonly T[]>): Promise<readonly T[]> {
  const found: T[] = [];
  try {
    for await (const page of pages) found.push(...page);
  } catch (error) {
    if (!(error instanceof PipelineExecutionNotFoundException)) throw error;
  }
  return found;
}

function actionPages(client: CodePipelineClient, pipelineName: string, run?: string) {
  return pages(async (asked) => {
    const command = new ListActionExecutionsCommand({ pipelineName, ...asked, ...ofRun(run) });
    const { actionExecutionDetails: items = [], nextToken } = await client.send(command);
    return { items, nextToken };
  });
}

function rulePages(client: CodePipelineClient, pipelineName: string, run: string) {
  return pages(async (asked) => {
    const command = new ListRuleExecutionsCommand({ pipelineName, ...asked, ...ofRun(run) });
    const { ruleExecutionDetails = [], nextToken } = await client.send(command);
    return { items: ruleExecutionDetails.map(asAction), nextToken };
  });
}

function ofRun(run: string | undefined) {
  return run === undefined ? {} : { filter: { pipelineExecutionId: run } };
}

function asAction({ ruleExecutionId, ruleName, input, output, ...rest }: RuleExecutionDetail): ActionExecutionDetail {
  const { provider } = input?.ruleTypeId ?? {};
  return {
    ...rest,
    actionExecutionId: ruleExecutionId,
    actionName: ruleName,
    // The model of actions has no category of rules.
    input: { actionTypeId: { category: undefined, owner: 'AWS', provider, version: '1' } },
    output: { executionResult: output?.executionResult },
  };
}

interface Asked {
  readonly maxResults: number;
  readonly nextToken: string | undefined;
}

/** The pages of a listing, as far as the most that is read. */
async function* pages<T>(
  ask: (asked: Asked) => Promise<{ readonly items: readonly T[]; readonly nextToken: string | undefined }>,
): AsyncGenerator<readonly T[]> {
  let token: string | undefined;
  for (let page = 0; page < PAGES; page++) {
    const { items, nextToken } = await ask({ maxResults: PAGE, nextToken: token });
    yield items;
    if (nextToken === undefined) return;
    token = nextToken;
  }
}
