import type { PipelineDeclaration } from '../../functions/domain/declaration.ts';
import { pathOf } from '../client/path-of.ts';
import type { Account } from './account.ts';
import { CannotLook } from './finding.ts';
import { elementsAt, textAt } from './xml.ts';

/** Sluice's stack and one pipeline of it: what all checks are about. */
export interface Place {
  readonly account: Account;
  readonly stackName: string;
  readonly partition: string;
  readonly region: string;
  readonly accountId: string;
  readonly outputs: Readonly<Record<string, string>>;
  readonly pipeline: PipelineDeclaration;
  readonly pipelineArn: string;
}

/** Reads the stack's outputs, and the pipeline by Sluice's own API. Throws when there is no such stack or pipeline, or it may not be read. */
export async function findPlace(account: Account, stackName: string, name: string): Promise<Place> {
  const xml = await account.query('cloudformation', { Action: 'DescribeStacks', StackName: stackName });
  const [stack] = elementsAt(xml, 'DescribeStacksResponse', 'DescribeStacksResult', 'Stacks', 'member');
  if (stack === undefined) throw new CannotLook(`There is no stack ${stackName}.`);
  const [, partition = 'aws', , region = '', accountId = ''] = (textAt(stack, 'StackId') ?? '').split(':');
  const outputs = Object.fromEntries(
    elementsAt(stack, 'Outputs', 'member').map((one) => [textAt(one, 'OutputKey'), textAt(one, 'OutputValue') ?? '']),
  );
  const { ApiUrl } = outputs;
  if (ApiUrl === undefined) throw new CannotLook(`The stack ${stackName} is not Sluice's: it has no output ApiUrl.`);
  const path = `${new URL(ApiUrl).pathname.replace(/\/$/, '')}${pathOf('GetPipeline', { name })}`;
  const { pipeline, metadata } = await account.api(new URL(path, ApiUrl), { name });
  const { pipelineArn } = metadata as { pipelineArn: string };
  const declared = pipeline as PipelineDeclaration;
  return { account, stackName, partition, region, accountId, outputs, pipeline: declared, pipelineArn };
}

/** The role of one of Sluice's functions, as the stack made it. */
export async function functionRole(place: Place, logicalId: string): Promise<string> {
  const { account, stackName, outputs } = place;
  return account.once(`resource ${logicalId}`, async () => {
    const asked = { Action: 'DescribeStackResource', StackName: stackName, LogicalResourceId: logicalId };
    const xml = await account.query('cloudformation', asked);
    const at = ['DescribeStackResourceResponse', 'DescribeStackResourceResult', 'StackResourceDetail'];
    const name = textAt(xml, ...at, 'PhysicalResourceId') ?? '';
    return (outputs['FunctionRoles'] ?? '').replace(/\*$/, name);
  });
}
