import type { ActionExecution } from '../../functions/domain/action.ts';
import type { Run } from '../../functions/domain/run.ts';

/** Ids of runs sort by their number. */
export function runIdOf(number: number): string {
  return `01a1fd00-0000-7000-8000-${String(number).padStart(12, '0')}`;
}

/** Writes runs of a pipeline that are over, with an execution of each action; some of them tried their second stage again. */
export async function writeHistory(
  pipelineId: string,
  name: string,
  numbers: readonly number[],
  version = 1,
): Promise<void> {
  const { write } = await import('../../functions/aws/table.ts');
  const { putRun, putPassed } = await import('../../functions/aws/run-record.ts');
  const { putAction, putDeployment } = await import('../../functions/aws/action-record.ts');
  for (const number of numbers) {
    const run = { ...runOf(pipelineId, name, number), version };
    const actions = attempts(number).map((place) => actionOf(run, place));
    await write([
      putRun(run),
      ...(number % 2 === 0 ? [putPassed(run, 'Approve')] : []),
      ...actions.map((action) => putAction(action)),
      ...actions.filter(({ type }) => type.category === 'Deploy').map(putDeployment),
    ]);
  }
}

/** Places of the executions of a run, by its number: stage, attempt, order, index. */
export function attempts(number: number): readonly string[] {
  const again = Array.from({ length: number % 4 }, (_, attempt) => `01.00${attempt + 1}.001.00`);
  return ['00.000.001.00', '01.000.001.00', ...again, '02.000.001.00'];
}

/** The id of the execution at a place of a run. */
export function executionIdOf(number: number, place: string): string {
  return `execution-${number}-${place}`;
}

const stages = ['Source', 'Approve', 'Deploy'] as const;
const categories = { Source: 'Source', Approve: 'Approval', Deploy: 'Deploy' } as const;
const actionNames = { Source: 'Fetch', Approve: 'Review', Deploy: 'Publish' } as const;

function runOf(pipelineId: string, pipelineName: string, number: number): Run {
  const time = 1_795_000_000_000 + number * 1000;
  return {
    id: runIdOf(number),
    pipelineId,
    pipelineName,
    sequence: number,
    executionMode: 'SUPERSEDED',
    status: 'Succeeded',
    version: 1,
    stage: 'Deploy',
    place: 'inside',
    attempt: 0,
    step: 1,
    execution: 1,
    spent: 30,
    trigger: { type: 'StartPipelineExecution', detail: 'arn:aws:iam::000000000000:user/tester' },
    variables: {},
    sourceOverrides: [],
    sourceRevisions: [],
    startTime: time,
    lastUpdateTime: time,
  };
}

function actionOf(run: Run, place: string): ActionExecution {
  const stage = stages[Number(place.slice(0, 2))] ?? 'Source';
  const number = Number(run.id.slice(-12));
  return {
    key: `${run.pipelineId}/${run.id}/${place}`,
    id: executionIdOf(number, place),
    pipelineName: run.pipelineName,
    stage,
    action: actionNames[stage],
    type: { category: categories[stage], owner: 'AWS', provider: stage === 'Approve' ? 'Manual' : 'S3', version: '1' },
    version: run.version,
    status: 'Succeeded',
    deadline: run.startTime + 3_600_000,
    startTime: run.startTime,
    lastUpdateTime: run.startTime,
  };
}
