import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { type Call, tell } from '../domain/audit.ts';
import { audited } from '../engine/audit.ts';
import { openRun, type Start } from '../engine/open-run.ts';
import type { Given } from '../lambda/given.ts';
import { originOf } from '../lambda/origin.ts';

/** Who asks for a start, and from where. The request's id tells its starts apart. */
export type Asker = Pick<Call, 'requestId' | 'caller' | 'sourceIp' | 'userAgent'>;

/** A start that no call of the API asks for. */
interface AskedStart {
  /** Of the run, if it is a new one. */
  readonly id: string;
  readonly asker: Asker;
  /** What is worth telling, in plain members. */
  readonly told: Readonly<Record<string, string>>;
  readonly start: Start;
}

/** A request to a webhook. `name`: of the webhook (v1), or the connection's id: nothing that lets anybody start a run. */
export function webhookAsker(event: APIGatewayProxyEventV2, name: string): Asker {
  return { ...originOf(event), requestId: event.requestContext.requestId, caller: `webhook/${name}` };
}

/** What Sluice itself finds when it looks. */
export function sweeperAsker(requestId: string): Asker {
  return { requestId, caller: 'sweeper', sourceIp: 'sluice', userAgent: 'sluice' };
}

/** Opens a run, recorded as a call of StartPipelineExecution. Answers as `openRun` does, and whether the run is a new one. */
export async function startRecorded(
  { id, asker, told, start }: AskedStart,
  { now, home }: Given,
): Promise<{ readonly run: string; readonly isNew: boolean }> {
  const call = {
    ...asker,
    time: now,
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
