import { DescribeStackResourceCommand } from '@aws-sdk/client-cloudformation';
import type { PipelineDeclaration } from '../../functions/domain/declaration.ts';
import { call } from '../account/api.ts';
import { describeStack } from '../account/stack.ts';
import type { Account } from './account.ts';
import { CannotLook } from './finding.ts';

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
  const { id, outputs } = await describeStack(account.cloudFormation, stackName);
  const [, partition = 'aws', , region = '', accountId = ''] = id.split(':');
  const { ApiUrl } = outputs;
  if (ApiUrl === undefined) throw new CannotLook(`The stack ${stackName} is not Sluice's: it has no output ApiUrl.`);
  const found = await readPipeline(account, ApiUrl, name);
  return { account, stackName, partition, region, accountId, outputs, ...found };
}

/** Throws what the API refuses, by its name. */
async function readPipeline({ options }: Account, url: string, name: string) {
  const { region, credentials } = options;
  const { status, body } = await call({ url, region, keys: await credentials() }, 'GetPipeline', { name });
  const answer = body.startsWith('{') ? JSON.parse(body) : {};
  if (status === 200) {
    const { pipeline, metadata } = answer as Answer;
    return { pipeline, pipelineArn: metadata.pipelineArn };
  }
  const { __type = `HTTP ${status}`, message, Message } = answer as Readonly<Record<string, string>>;
  const refusal = new Error(message ?? Message ?? 'GetPipeline is refused.');
  refusal.name = __type.replace(/^.*#/, '');
  throw refusal;
}

interface Answer {
  readonly pipeline: PipelineDeclaration;
  readonly metadata: { readonly pipelineArn: string };
}

/** The role of one of Sluice's functions, as the stack made it. */
export async function functionRole(place: Place, logicalId: string): Promise<string> {
  const name = await physicalId(place, logicalId);
  return (place.outputs['FunctionRoles'] ?? '').replace(/\*$/, name);
}

/** What AWS calls a resource of the stack. */
export function physicalId({ account, stackName }: Place, logicalId: string): Promise<string> {
  return account.once(`resource ${logicalId}`, async () => {
    const asked = new DescribeStackResourceCommand({ StackName: stackName, LogicalResourceId: logicalId });
    const { StackResourceDetail } = await account.cloudFormation.send(asked);
    return StackResourceDetail?.PhysicalResourceId ?? '';
  });
}
