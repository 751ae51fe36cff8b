import {
  DescribeExecutionCommand,
  SendTaskSuccessCommand,
  SFNClient,
  StartExecutionCommand,
} from '@aws-sdk/client-sfn';
import type { Run } from '../domain/run.ts';
import { executionName } from '../domain/run.ts';

const stateMachine = process.env['STATE_MACHINE'] ?? '';
const client = new SFNClient({});

/** Starts the execution that carries a run. Its name makes that idempotent: a second start changes nothing. */
export async function startExecution(run: Pick<Run, 'pipelineId' | 'id' | 'execution'>): Promise<void> {
  const input = JSON.stringify({ run: `${run.pipelineId}/${run.id}` });
  try {
    await client.send(new StartExecutionCommand({ stateMachineArn: stateMachine, name: executionName(run), input }));
  } catch (error) {
    if (!(error instanceof Error && error.name === 'ExecutionAlreadyExists')) throw error;
  }
}

/** How the execution that carries a run stands. `Missing` says only that there is none yet: not that it is over. */
export async function executionStatus(run: Pick<Run, 'id' | 'execution'>): Promise<'Missing' | 'Running' | 'Ended'> {
  const executionArn = `${stateMachine.replace(':stateMachine:', ':execution:')}:${executionName(run)}`;
  try {
    const { status } = await client.send(new DescribeExecutionCommand({ executionArn }));
    return status === 'RUNNING' || status === 'PENDING_REDRIVE' ? 'Running' : 'Ended';
  } catch (error) {
    if (error instanceof Error && error.name === 'ExecutionDoesNotExist') return 'Missing';
    throw error;
  }
}

const gone = ['TaskTimedOut', 'TaskDoesNotExist', 'InvalidToken'];

/** Answers the task that waits with this token. A task that waits no longer counts as answered. */
export async function sendToken(token: string, output: object = {}): Promise<void> {
  try {
    await client.send(new SendTaskSuccessCommand({ taskToken: token, output: JSON.stringify(output) }));
  } catch (error) {
    if (!(error instanceof Error && gone.includes(error.name))) throw error;
  }
}
