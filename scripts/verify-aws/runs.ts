import { GetExecutionHistoryCommand, type HistoryEvent } from '@aws-sdk/client-sfn';
import { operate } from './api.ts';
import { until } from './passing.ts';
import type { Walk } from './walk.ts';

/** An action execution as the API shows it; times in seconds. */
export interface ActionSeen {
  readonly stageName: string;
  readonly actionName: string;
  readonly status: string;
  readonly startTime: number;
  readonly lastUpdateTime: number;
  readonly updatedBy?: string;
  readonly output?: {
    readonly outputArtifacts?: readonly {
      readonly name: string;
      readonly s3location: { bucket: string; key: string };
    }[];
    readonly executionResult?: {
      readonly externalExecutionId?: string;
      readonly errorDetails?: { readonly code?: string; readonly message?: string };
    };
  };
}

/** A run with all that is known of it. */
export interface RunSeen {
  readonly id: string;
  readonly status: string;
  /** The oldest first. */
  readonly actions: readonly ActionSeen[];
  readonly history: readonly HistoryEvent[];
}

/** The id of a pipeline's newest run. */
export async function newestRun({ account, stack }: Walk, pipelineName: string): Promise<string | undefined> {
  const api = stack.outputs['ApiUrl'] ?? '';
  const { pipelineExecutionSummaries: [newest] = [] } = await operate<{
    pipelineExecutionSummaries?: readonly { readonly pipelineExecutionId: string }[];
  }>(account, api, 'ListPipelineExecutions', { pipelineName, maxResults: 1 });
  return newest?.pipelineExecutionId;
}

/** Reads a run as it is now. */
export async function readRun(walk: Walk, pipelineName: string, id: string): Promise<RunSeen> {
  const { account, stack } = walk;
  const api = stack.outputs['ApiUrl'] ?? '';
  const input = { pipelineName, pipelineExecutionId: id };
  const [{ pipelineExecution }, { actionExecutionDetails }] = await Promise.all([
    operate<{ pipelineExecution: { status: string } }>(account, api, 'GetPipelineExecution', input),
    operate<{ actionExecutionDetails: readonly ActionSeen[] }>(account, api, 'ListActionExecutions', {
      pipelineName,
      filter: { pipelineExecutionId: id },
    }),
  ]);
  return {
    id,
    status: pipelineExecution.status,
    actions: actionExecutionDetails.toReversed(),
    history: await historyOf(walk, id),
  };
}

/** Waits for the end of a run. */
export async function endedRun(walk: Walk, pipelineName: string, id: string, seconds: number): Promise<RunSeen> {
  const api = walk.stack.outputs['ApiUrl'] ?? '';
  await until(
    `the end of run ${id} of ${pipelineName}`,
    async () => {
      const input = { pipelineName, pipelineExecutionId: id };
      const { pipelineExecution: found } = await operate<{ pipelineExecution: { status: string } }>(
        walk.account,
        api,
        'GetPipelineExecution',
        input,
      );
      return found.status === 'InProgress' ? undefined : found.status;
    },
    seconds,
  );
  return readRun(walk, pipelineName, id);
}

/** The tokens of a pipeline's open approvals, by action. */
export async function openApprovals({ account, stack }: Walk, name: string): Promise<ReadonlyMap<string, string>> {
  interface State {
    readonly actionName: string;
    readonly latestExecution?: { readonly token?: string; readonly status?: string };
  }
  const { stageStates } = await operate<{ stageStates: readonly { readonly actionStates?: readonly State[] }[] }>(
    account,
    stack.outputs['ApiUrl'] ?? '',
    'GetPipelineState',
    { name },
  );
  const open = stageStates
    .flatMap(({ actionStates = [] }) => actionStates)
    .flatMap(({ actionName, latestExecution }) =>
      latestExecution?.status === 'InProgress' && latestExecution.token !== undefined
        ? [[actionName, latestExecution.token] as const]
        : [],
    );
  return new Map(open);
}

/** The ARN of the first execution of a run. */
export function executionArn({ stack }: Pick<Walk, 'stack'>, run: string): string {
  return `${(stack.outputs['StateMachineArn'] ?? '').replace(':stateMachine:', ':execution:')}:${run}`;
}

/** The history of a run's first execution as far as it got. */
export async function historyOf(walk: Walk, run: string): Promise<readonly HistoryEvent[]> {
  const events: HistoryEvent[] = [];
  for (let nextToken: string | undefined = ''; nextToken !== undefined; ) {
    const page: { events: HistoryEvent[] | undefined; nextToken?: string | undefined } = await walk.account.sfn.send(
      new GetExecutionHistoryCommand({
        executionArn: executionArn(walk, run),
        ...(nextToken === '' ? {} : { nextToken }),
      }),
    );
    events.push(...(page.events ?? []));
    nextToken = page.nextToken;
  }
  return events;
}

/** What tasks of an execution were scheduled with, in order. */
export function payloadsOf(history: readonly HistoryEvent[]): readonly Readonly<Record<string, unknown>>[] {
  return history.flatMap(({ taskScheduledEventDetails: task }) => {
    if (task?.parameters === undefined) return [];
    const { Payload } = JSON.parse(task.parameters);
    return Payload === undefined ? [] : [Payload];
  });
}
