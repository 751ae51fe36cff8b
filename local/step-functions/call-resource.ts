import type { Ports, Sender } from '../ports.ts';
import { ServiceError } from '../service.ts';
import { AslError } from './asl-error.ts';
import type { Started, StartRequest } from './start-execution.ts';

/** Calls a task's resource, with the error names of Step Functions' optimized integrations. */
export function resourceCaller(
  invoke: Ports['invoke'],
  start: (request: StartRequest, by: Sender) => Started,
): (resource: string, given: unknown, task: string, by: Sender) => Promise<unknown> {
  return async (resource, given, task, by) => {
    const members = typeof given === 'object' && given !== null ? given : {};
    return resource.includes(':states:::lambda:')
      ? callFunction((name, payload) => invoke(name, payload, by), members)
      : startMachine((request) => start(request, by), members, task);
  };
}

/** Lambda's Invoke. A function's own error has its type as name and the payload as cause. */
async function callFunction(
  invoke: Ports['invoke'],
  { FunctionName, Payload, ...others }: { FunctionName?: unknown; Payload?: unknown; InvocationType?: unknown },
): Promise<unknown> {
  refuseOthers('lambda:invoke', others);
  if (typeof FunctionName !== 'string' || FunctionName === '')
    throw new AslError('States.Runtime', 'The Arguments of a task that invokes a function must have FunctionName.');
  let invoked: Awaited<ReturnType<Ports['invoke']>>;
  try {
    invoked = await invoke(FunctionName, JSON.stringify(Payload === undefined ? {} : Payload));
  } catch (error) {
    if (isDenied(error)) throw denied('Lambda.AWSLambdaException', 'AWSLambda', error);
    const code = error instanceof ServiceError ? error.code : 'Unknown';
    throw new AslError(`Lambda.${code}`, error instanceof Error ? error.message : String(error));
  }
  const payload = parse(invoked.payload);
  if (!invoked.functionError) return { ExecutedVersion: '$LATEST', Payload: payload, StatusCode: 200 };
  const { errorType } = (payload ?? {}) as { readonly errorType?: unknown };
  const name = typeof errorType === 'string' && errorType !== '' ? errorType : 'Lambda.Unknown';
  throw new AslError(name, invoked.payload);
}

function parse(payload: string): unknown {
  try {
    return payload === '' ? null : JSON.parse(payload);
  } catch {
    return payload;
  }
}

/** StartExecution. The same task starts one execution, however often it is called. */
function startMachine(
  start: (request: StartRequest) => Started,
  { StateMachineArn, Name, Input = {}, ...others }: { StateMachineArn?: unknown; Name?: unknown; Input?: unknown },
  task: string,
): unknown {
  refuseOthers('states:startExecution', others);
  try {
    const { executionArn, startDate } = start({
      stateMachineArn: String(StateMachineArn),
      name: typeof Name === 'string' ? Name : task,
      input: typeof Input === 'string' ? Input : JSON.stringify(Input),
      starter: task,
    });
    return { ExecutionArn: executionArn, StartDate: startDate / 1000 };
  } catch (error) {
    if (isDenied(error)) throw denied('StepFunctions.AWSStepFunctionsException', 'AWSStepFunctions', error);
    if (!(error instanceof ServiceError)) throw error;
    throw new AslError(`StepFunctions.${error.code}Exception`, error.message);
  }
}

function isDenied(error: unknown): error is ServiceError {
  return error instanceof ServiceError && error.code === 'AccessDeniedException';
}

/** Errors that no service models have the name of their client; what the role may not do is one of them. */
function denied(name: string, service: string, { message, code, status }: ServiceError): AslError {
  return new AslError(name, `${message} (Service: ${service}; Status Code: ${status}; Error Code: ${code})`);
}

function refuseOthers(resource: string, others: object): void {
  const unknown = Object.keys(others)[0];
  if (unknown !== undefined)
    throw new AslError('States.Runtime', `The local stack has no argument ${unknown} of ${resource}.`);
}
