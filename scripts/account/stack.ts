import { type CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';

/** A stack as CloudFormation describes it. */
export interface DescribedStack {
  /** The ARN. */
  readonly id: string;
  readonly status: string;
  readonly outputs: Readonly<Record<string, string>>;
}

/** Asks for a stack by its name; throws CloudFormation's ValidationError when there is none. */
export async function describeStack(client: CloudFormationClient, name: string): Promise<DescribedStack> {
  const { Stacks: [stack] = [] } = await client.send(new DescribeStacksCommand({ StackName: name }));
  if (stack === undefined) throw new Error(`There is no stack ${name}.`);
  const { StackId: id = '', StackStatus: status = '', Outputs = [] } = stack;
  const outputs = Outputs.map(({ OutputKey = '', OutputValue = '' }) => [OutputKey, OutputValue]);
  return { id, status, outputs: Object.fromEntries(outputs) };
}
