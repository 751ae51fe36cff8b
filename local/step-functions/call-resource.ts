import type { Ports } from '../ports.ts';
import { ServiceError } from '../service.ts';
import { AslError } from './asl-error.ts';

/** Starts an execution: what the optimized integration `states:startExecution` calls. */
export type StartExecution = (given: { stateMachineArn: string; name?: string; input: string }) => {
  executionArn: string;
  startDate: number;
};

/** Calls a task's resource as Step Functions' optimized integrations do, with their error names. */
export function resourceCaller(
  invoke: Ports['invoke'],
  start: StartExecution,
): (resource: string, given: unknown) => Promise<unknown> {
  return async (resource, given) => {
    if (resource.includes(':states:::lambda:invoke'))
      return callFunction(invoke, given as { FunctionName?: string; Payload?: unknown });
    return startMachine(start, given as { StateMachineArn?: string; Name?: string; Input?: unknown });
  };
}

async function callFunction(
  invoke: Ports['invoke'],
  { FunctionName = '', Payload }: { FunctionName?: string; Payload?: unknown },
): Promise<unknown> {
  let invoked: Awaited<ReturnType<Ports['invoke']>>;
  try {
    invoked = await invoke(FunctionName, JSON.stringify(Payload ?? {}));
  } catch (error) {
    const code = error instanceof ServiceError ? error.code : 'Unknown';
    throw new AslError(`Lambda.${code}`, error instanceof Error ? error.message : String(error));
  }
  const payload: unknown = JSON.parse(invoked.payload === '' ? 'null' : invoked.payload);
  if (!invoked.functionError) return { ExecutedVersion: '$LATEST', Payload: payload, StatusCode: 200 };
  const { errorType } = (payload ?? {}) as { errorType?: unknown };
  throw new AslError(typeof errorType === 'string' && errorType !== '' ? errorType : 'Lambda.Unknown', invoked.payload);
}

function startMachine(
  start: StartExecution,
  { StateMachineArn = '', Name, Input }: { StateMachineArn?: string; Name?: string; Input?: unknown },
): unknown {
  try {
    const input = typeof Input === 'string' ? Input : JSON.stringify(Input ?? {});
    const { executionArn, startDate } = start({
      stateMachineArn: StateMachineArn,
      ...(Name === undefined ? {} : { name: Name }),
      input,
    });
    return { ExecutionArn: executionArn, StartDate: startDate / 1000 };
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error;
    throw new AslError(`StepFunctions.${error.code}Exception`, error.message);
  }
}
