import { readApprovalToken } from '../../aws/action-record.ts';
import { loadDefinition } from '../../aws/definitions.ts';
import { isManualApproval } from '../../domain/action.ts';
import type { PipelineDeclaration } from '../../domain/declaration.ts';
import { actionNotFound, stageNotFound } from '../../domain/not-found.ts';
import { answerApproval } from '../../engine/answer-approval.ts';
import { findPipeline } from '../find-pipeline.ts';
import { type Operation, seconds } from '../operation.ts';

interface Input {
  readonly pipelineName: string;
  readonly stageName: string;
  readonly actionName: string;
  readonly result: { readonly summary: string; readonly status: 'Approved' | 'Rejected' };
  readonly token: string;
}

/** PutApprovalResult: records a reviewer's answer and wakes the run that waits for it. */
export const putApprovalResult: Operation<Input> = async (
  { pipelineName, stageName, actionName, result, token },
  given,
) => {
  const { id, version } = await findPipeline(pipelineName, given);
  // A run of an earlier version may ask where the newest declares nothing.
  const isKnown = (await readApprovalToken(id, token)) !== undefined;
  if (!isKnown) mustHave(await loadDefinition(id, version), stageName, actionName);
  await answerApproval(id, { stage: stageName, action: actionName }, { ...result, token, by: given.caller }, given.now);
  return { approvedAt: seconds(given.now) };
};

function mustHave(definition: PipelineDeclaration, stageName: string, actionName: string): void {
  const stage = definition.stages.find(({ name }) => name === stageName);
  if (!stage) throw stageNotFound(definition.name, stageName);
  const action = stage.actions.find(({ name }) => name === actionName);
  if (!action || !isManualApproval({ type: action.actionTypeId }))
    throw actionNotFound(definition.name, stageName, actionName);
}
