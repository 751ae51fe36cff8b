import { ServiceError } from '../service.ts';
import type { ProvisionedStack } from './cloudformation.ts';
import type { Elements } from './xml.ts';

/** What an operation of CloudFormation works with. */
export interface Call {
  readonly form: URLSearchParams;
  readonly stack: ProvisionedStack;
  /** The stack's ARN. */
  readonly id: string;
}

/** Answers with the elements of `<OPERATIONResult>`. */
export type Operation = (call: Call) => Elements;

/** DescribeStacks: status and outputs. Parameters are not told: what a default made of them is not kept. */
export const describeStacks: Operation = (call) => {
  if (call.form.get('StackName') !== null) namedStack(call);
  const { id, stack } = call;
  const Outputs = Object.entries(stack.outputs).map(([OutputKey, OutputValue]) => ({ OutputKey, OutputValue }));
  return { Stacks: [{ StackId: id, StackName: stack.name, StackStatus: 'CREATE_COMPLETE', Outputs }] };
};

/** DescribeStackResource: the physical id of one resource. */
export const describeStackResource: Operation = (call) => {
  const { form, id } = call;
  const stack = namedStack(call);
  const logicalId = form.get('LogicalResourceId') ?? '';
  const found = stack.resources.get(logicalId);
  if (found === undefined)
    throw new ServiceError('ValidationError', `Resource ${logicalId} does not exist for stack ${stack.name}`);
  return {
    StackResourceDetail: {
      StackName: stack.name,
      StackId: id,
      LogicalResourceId: logicalId,
      PhysicalResourceId: found.ref,
      ResourceType: found.type,
      ResourceStatus: 'CREATE_COMPLETE',
    },
  };
};

function namedStack({ form, stack, id }: Call): ProvisionedStack {
  const name = form.get('StackName') ?? '';
  if (name === stack.name || name === id) return stack;
  throw new ServiceError('ValidationError', `Stack with id ${name} does not exist`);
}
