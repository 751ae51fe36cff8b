import type { AccessRequest } from '../access.ts';
import type { Timer } from '../clock.ts';
import type { Ports } from '../ports.ts';
import {
  readBody,
  type Service,
  ServiceError,
  type ServiceRequest,
  type ServiceResponse,
  type StackContext,
} from '../service.ts';
import { accessOf, operationOf, starting } from './access.ts';
import { Executions } from './executions.ts';
import type { Input } from './input.ts';
import { machineHandler } from './machine-resource.ts';
import type { Parts } from './operation.ts';
import { operations } from './operations.ts';
import { openStore, retention } from './store/store.ts';
import { unavailable } from './unavailable.ts';

/** How much an execution has spent so far. */
export interface Spent {
  readonly events: number;
  /** States entered, and retries: what AWS charges for. */
  readonly transitions: number;
}

export interface StepFunctionsService extends Service, Pick<Ports, 'startExecution'> {
  /** What starting an execution asks for. */
  accessToStart(stateMachineArn: string): readonly AccessRequest[];
  /** What an execution has spent; undefined when it is not kept. */
  spent(executionArn: string): Spent | undefined;
}

const hour = 60 * 60 * 1000;

/**
 * Step Functions for Standard state machines in JSONata. Every step of an execution is one transaction: after kill -9 it goes on
 * where it was, and calls nothing again that it knows to have been called.
 */
export function openStepFunctions(
  context: StackContext,
  ports: Pick<Ports, 'invoke' | 'emit' | 'log' | 'mayStart'>,
): StepFunctionsService {
  const store = openStore(context.dir);
  const executions = new Executions(context, store, ports);
  const parts: Parts = { context, store, executions };
  let tidying: Timer | undefined;
  let closing: Promise<void> | undefined;
  const tidy = (): void => {
    executions.forget(context.clock.now() - retention);
    if (executions.isClosed) return;
    tidying = context.clock.at(context.clock.now() + hour, tidy);
  };
  return {
    signingName: 'states',
    resources: { 'AWS::StepFunctions::StateMachine': machineHandler(context, store) },
    access: accessOf(context),
    accessToStart: (arn) => [starting(arn)],
    handle: (request) => handle(request, parts),
    async startExecution(stateMachineArn, name, input) {
      const { executionArn } = executions.start({ stateMachineArn, name, input });
      return { executionArn };
    },
    spent(executionArn) {
      const row = store.executions.find(executionArn);
      return row && { events: row.events, transitions: row.transitions };
    },
    start() {
      executions.resumeAll();
      tidy();
    },
    close() {
      closing ??= executions.close().then(() => {
        tidying?.cancel();
        store.close();
      });
      return closing;
    },
  };
}

async function handle({ headers, body }: ServiceRequest, parts: Parts): Promise<ServiceResponse> {
  try {
    const name = operationOf({ headers });
    const operation = Object.hasOwn(operations, name) ? operations[name] : undefined;
    if (!operation) {
      throw new ServiceError(
        'UnknownOperationException',
        `The local stack has no Step Functions operation ${name}. Set AWS_ENDPOINT_URL_SFN to use another endpoint.`,
      );
    }
    const input = readInput(await readBody(body));
    if (parts.executions.isClosed) throw unavailable();
    return json(200, await operation(input, parts));
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error;
    const members = { __type: `com.amazonaws.swf.service.v2.model#${error.code}`, message: error.message };
    return json(error.status, { ...members, ...error.members });
  }
}

function readInput(body: Buffer): Input {
  try {
    const input: unknown = JSON.parse(body.toString('utf8') || '{}');
    if (typeof input === 'object' && input !== null && !Array.isArray(input)) return input as Input;
  } catch {
    // What is not JSON is refused as what is no object.
  }
  throw new ServiceError('SerializationException', 'The body is not a JSON object.');
}

function json(status: number, body: object): ServiceResponse {
  return { status, headers: { 'content-type': 'application/x-amz-json-1.0' }, body: JSON.stringify(body) };
}
