import {
  type CodePipelineClient,
  GetPipelineStateCommand,
  PutApprovalResultCommand,
} from '@aws-sdk/client-codepipeline';
import { waitFor } from '../../../scripts/walk/wait-for.ts';

const approval = { pipelineName: 'hello-site', stageName: 'Approve', actionName: 'Review' };

/** Waits until a run of the sample waits for its approval; answers the token. */
export function waitingToken(client: CodePipelineClient, run?: string): Promise<string> {
  return waitFor('the approval of the sample', async () => {
    const { stageStates = [] } = await client.send(new GetPipelineStateCommand({ name: 'hello-site' }));
    const failed = stageStates.find(({ latestExecution }) => latestExecution?.status === 'Failed');
    if (failed !== undefined) throw new Error(`The stage ${failed.stageName} failed: ${JSON.stringify(failed)}`);
    const stage = stageStates.find(({ stageName }) => stageName === approval.stageName);
    const isThis = run === undefined || stage?.latestExecution?.pipelineExecutionId === run;
    return isThis ? stage?.actionStates?.[0]?.latestExecution?.token : undefined;
  });
}

/** Approves. */
export async function approve(client: CodePipelineClient, token: string): Promise<void> {
  const result = { status: 'Approved', summary: '' } as const;
  await client.send(new PutApprovalResultCommand({ ...approval, token, result }));
}
