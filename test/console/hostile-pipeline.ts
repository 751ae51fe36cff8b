import { addAction, addRun, build, COMMIT, failedBuild, hold, NOW } from './scenarios.ts';
import type { Told } from './stand-in.ts';

/** A pipeline in which every text that others may write is this one, and every address that one. */
export function hostilePipeline(text: string, address = 'https://example.com/'): Told {
  const told = failedBuild();
  const source = told.declaration.stages?.[0]?.actions?.[0];
  if (source) source.configuration = { FullRepositoryId: text, BranchName: text };
  for (const run of told.runs) {
    run.statusSummary = text;
    run.trigger = { triggerType: 'Webhook', triggerDetail: text };
    run.sourceRevisions = [
      { actionName: 'Fetch', revisionId: COMMIT, revisionSummary: text, revisionUrl: address },
      {
        actionName: 'Fetch',
        revisionId: text,
        revisionSummary: JSON.stringify({ CommitMessage: text }),
        revisionUrl: address,
      },
    ];
  }
  for (const action of told.actions) {
    action.updatedBy = text;
    action.output = {
      executionResult: {
        ...action.output?.executionResult,
        externalExecutionId: text,
        externalExecutionSummary: text,
        externalExecutionUrl: address,
        ...(action.status === 'Failed' ? { errorDetails: { code: text, message: text } } : {}),
      },
      outputVariables: { [text]: text },
    };
  }
  addRun(told, 3, 'Failed', {
    sourceRevisions: [{ actionName: 'Fetch', revisionId: COMMIT, revisionSummary: text, revisionUrl: address }],
  });
  addAction(told, 3, 'Build', 'Lint', 'Failed', {
    start: NOW - 10 * 60_000,
    result: build('lint-3', { externalExecutionUrl: address, errorDetails: { code: text, message: text } }),
  });
  hold(told, 'Approve', 2, 'InProgress').inboundTransitionState = {
    enabled: false,
    disabledReason: text,
    lastChangedBy: text,
  };
  addAction(told, 2, 'Approve', 'Review', 'InProgress', {
    configuration: { CustomData: text, ExternalEntityLink: address },
  });
  return told;
}
