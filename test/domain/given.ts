import type { ActionExecution } from '../../functions/domain/action.ts';
import type { PipelineDeclaration, StageDeclaration } from '../../functions/domain/declaration.ts';
import type { TaskToken } from '../../functions/domain/order.ts';
import type { Gate, Pipeline, Visitor } from '../../functions/domain/pipeline.ts';
import type { Run } from '../../functions/domain/run.ts';

export const pipelineId = '00000000-0000-4000-8000-00000000000a';
export const runId = '00000000-0000-4000-8000-000000000001';

/** A time as ISO 8601, as the shell writes it. */
export const iso = (time: number) => new Date(time).toISOString();

export function aRun(more: Partial<Run> = {}): Run {
  return {
    id: runId,
    pipelineId,
    pipelineName: 'web',
    sequence: 1,
    executionMode: 'SUPERSEDED',
    status: 'InProgress',
    version: 1,
    stage: 'Source',
    place: 'inside',
    attempt: 0,
    step: 0,
    execution: 1,
    spent: 3,
    trigger: { type: 'StartPipelineExecution', detail: 'arn:aws:iam::111122223333:user/jo' },
    variables: {},
    sourceOverrides: [],
    sourceRevisions: [],
    startTime: 1000,
    lastUpdateTime: 1000,
    ...more,
  };
}

export function anAction(more: Partial<ActionExecution> = {}): ActionExecution {
  return {
    key: `${pipelineId}/${runId}/01.000.001.00`,
    id: '00000000-0000-4000-8000-0000000000ac',
    pipelineName: 'web',
    stage: 'Ship',
    action: 'Ask',
    type: { category: 'Approval', owner: 'AWS', provider: 'Manual', version: '1' },
    version: 1,
    status: 'Running',
    deadline: 601_000,
    startTime: 1000,
    lastUpdateTime: 1000,
    ...more,
  };
}

export const visitor = (run: string, sequence: number): Visitor => ({ run, sequence });

export function aPipeline(gates: readonly Gate[] = [], more: Partial<Pipeline> = {}): Pipeline {
  return {
    id: pipelineId,
    name: 'web',
    version: 1,
    executionMode: 'SUPERSEDED',
    pipelineType: 'V1',
    sequence: 1,
    gates,
    created: 0,
    updated: 0,
    ...more,
  };
}

export function aToken(entry = 1, invocation = 0, execution = 1): TaskToken {
  return { value: `token-${execution}-${entry}-${invocation}`, order: { execution, entry, invocation } };
}

/** A definition whose stages hold approvals: `{ Ship: [1, 1, 2] }` has three actions in two steps. */
export function aDefinition(stages: Readonly<Record<string, readonly number[]>>): PipelineDeclaration {
  return {
    name: 'web',
    roleArn: 'arn:aws:iam::111122223333:role/web',
    stages: Object.entries(stages).map(
      ([name, orders]): StageDeclaration => ({
        name,
        actions: orders.map((runOrder, index) => ({
          name: `A${index + 1}`,
          runOrder,
          actionTypeId: { category: 'Approval', owner: 'AWS', provider: 'Manual', version: '1' },
        })),
      }),
    ),
  };
}
