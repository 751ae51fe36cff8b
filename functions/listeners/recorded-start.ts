import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { tell } from '../domain/audit.ts';
import { audited } from '../engine/audit.ts';
import { openRun, type Start } from '../engine/open-run.ts';
import type { Given } from '../lambda/given.ts';
import { originOf } from '../lambda/origin.ts';

/** A start that a request to a webhook asks for. */
interface AskedStart {
  /** Of the run, if it is a new one. */
  readonly id: string;
  readonly event: APIGatewayProxyEventV2;
  /** Tells the starts of one request apart; absent: it asks for one. */
  readonly part?: string;
  /** Name of the webhook (v1), or id of the connection: nothing that lets anybody start a run. */
  readonly webhook: string;
  /** What is worth telling, in plain members. */
  readonly told: Readonly<Record<string, string>>;
  readonly start: Start;
}

/** Opens a run for a webhook, recorded as a call of StartPipelineExecution. Answers as `openRun` does, and whether the run is a new one. */
export async function startRecorded(
  { id, event, part, webhook, told, start }: AskedStart,
  { now, home }: Given,
): Promise<{ readonly run: string; readonly isNew: boolean }> {
  const { requestId } = event.requestContext;
  const call = {
    ...originOf(event),
    time: now,
    requestId: part === undefined ? requestId : `${requestId}#${part}`,
    caller: `webhook/${webhook}`,
    operation: 'StartPipelineExecution',
    resource: start.pipelineName,
    input: tell(told, Object.keys(told)),
  };
  const run = await audited(
    call,
    () => openRun(start, { id, now, account: home.account }),
    (pipelineExecutionId) => ({ pipelineExecutionId }),
  );
  return { run, isNew: run === id };
}
