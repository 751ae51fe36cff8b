import type { Ports } from '../ports.ts';
import {
  readBody,
  type Service,
  ServiceError,
  type ServiceRequest,
  type ServiceResponse,
  type StackContext,
} from '../service.ts';
import { openExecutions } from './executions.ts';
import { machineHandler } from './machine-resource.ts';
import { operations, type Parts } from './operations.ts';
import { openStore, retention } from './store.ts';

export type StepFunctionsService = Service & Pick<Ports, 'startExecution'>;

const prefix = 'AWSStepFunctions.';
const hour = 60 * 60 * 1000;

/**
 * Step Functions for Standard state machines in JSONata. Every step of an execution is one transaction: after kill -9 it goes on
 * where it was, and calls nothing again that it knows to have been called.
 */
export function openStepFunctions(context: StackContext, ports: Pick<Ports, 'invoke' | 'emit'>): StepFunctionsService {
  const store = openStore(context);
  const executions = openExecutions(context, store, ports);
  const parts: Parts = { context, store, executions };
  let closed = false;
  const tidy = (): void => {
    if (closed) return;
    store.forget(context.clock.now() - retention);
    context.clock.at(context.clock.now() + hour, tidy);
  };
  return {
    signingName: 'states',
    resources: { 'AWS::StepFunctions::StateMachine': machineHandler(context, store) },
    handle: (request) => handle(request, parts),
    async startExecution(stateMachineArn, name, input) {
      return executions.start({ stateMachineArn, ...(name === undefined ? {} : { name }), input });
    },
    start() {
      executions.resumeAll();
      tidy();
    },
    close() {
      closed = true;
      executions.close();
      store.close();
    },
  };
}

async function handle({ headers, body }: ServiceRequest, parts: Parts): Promise<ServiceResponse> {
  try {
    const name = String(headers['x-amz-target'] ?? '').replace(prefix, '');
    const operation = Object.hasOwn(operations, name) ? operations[name] : undefined;
    if (!operation) {
      throw new ServiceError(
        'UnknownOperationException',
        `The local stack has no Step Functions operation ${name}. Set AWS_ENDPOINT_URL_SFN to use another endpoint.`,
      );
    }
    return json(200, await operation(JSON.parse((await readBody(body)).toString('utf8') || '{}'), parts));
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error;
    return json(error.status, { __type: `com.amazonaws.swf.service.v2.model#${error.code}`, message: error.message });
  }
}

function json(status: number, body: object): ServiceResponse {
  return { status, headers: { 'content-type': 'application/x-amz-json-1.0' }, body: JSON.stringify(body) };
}
