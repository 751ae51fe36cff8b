import { describeStack } from '../account/stack.ts';
import type { Account } from '../doctor/account.ts';
import { CannotLook } from '../doctor/finding.ts';

/** The name of the table of Sluice's stack. Throws when there is no such stack, or it is not Sluice's. */
export async function tableOf({ cloudFormation }: Account, stackName: string): Promise<string> {
  const { TableName } = (await describeStack(cloudFormation, stackName)).outputs;
  if (TableName === undefined)
    throw new CannotLook(`The stack ${stackName} is not Sluice's: it has no output TableName.`);
  return TableName;
}
