import { type AccessReader, type AccessRequest, jsonMembers, type SignedCall, textMember } from '../access.ts';
import type { StackContext } from '../service.ts';
import { machineArn } from './machines.ts';

/** What each operation is for: nothing that has a name (a task token), or what this member of its input names. */
const RESOURCES: Readonly<Record<string, string | undefined>> = {
  CreateStateMachine: 'name',
  DeleteStateMachine: 'stateMachineArn',
  DescribeExecution: 'executionArn',
  DescribeStateMachine: 'stateMachineArn',
  DescribeStateMachineForExecution: 'executionArn',
  GetExecutionHistory: 'executionArn',
  ListExecutions: 'stateMachineArn',
  ListStateMachines: undefined,
  SendTaskFailure: undefined,
  SendTaskHeartbeat: undefined,
  SendTaskSuccess: undefined,
  StartExecution: 'stateMachineArn',
  StopExecution: 'executionArn',
  UpdateStateMachine: 'stateMachineArn',
};

/** The operation that a request names. */
export function operationOf({ headers }: Pick<SignedCall, 'headers'>): string {
  return String(headers['x-amz-target'] ?? '').replace('AWSStepFunctions.', '');
}

/** What a request to Step Functions asks for; to give a machine a role, the caller must be allowed to pass it. */
export function accessOf(context: StackContext): AccessReader {
  return (call) => {
    const operation = operationOf(call);
    if (!Object.hasOwn(RESOURCES, operation)) return [];
    const member = RESOURCES[operation];
    const input = jsonMembers(call);
    const action = `states:${operation}`;
    if (member === undefined) return [{ action, resource: '*' }];
    const named = textMember(input, member);
    const resource = member === 'name' ? machineArn(context, named) : named;
    const role = /^(Create|Update)/.test(operation) ? textMember(input, 'roleArn') : '';
    return [{ action, resource }, ...(role === '' ? [] : [passing(role)])];
  };
}

/** What starting an execution asks for. */
export function starting(stateMachineArn: string): AccessRequest {
  return { action: 'states:StartExecution', resource: stateMachineArn };
}

function passing(role: string): AccessRequest {
  return { action: 'iam:PassRole', resource: role, context: { 'iam:PassedToService': 'states.amazonaws.com' } };
}
