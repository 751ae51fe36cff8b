import { vi } from 'vitest';
import type { ActionExecution } from '../../functions/domain/action.ts';
import type { ActionType } from '../../functions/domain/action-type.ts';
import type { Run } from '../../functions/domain/run.ts';
import type { Work } from '../../functions/engine/work.ts';
import { pipelineId, runId } from '../handlers/world.ts';

/** When the works of these tests are begun: a second with all its digits. */
export const begun = Date.UTC(2026, 2, 2, 8, 15, 4, 500);

const region = 'eu-west-1';
const account = '000000000000';

/** The work of an action of a type; `overrides`: the source revisions that the run was started with. */
export function aWork(
  { id: type }: ActionType,
  given: Partial<Work> = {},
  overrides: readonly {
    readonly revisionType: 'COMMIT_ID' | 'S3_OBJECT_VERSION_ID' | 'S3_OBJECT_KEY';
    readonly revisionValue: string;
  }[] = [],
): Work {
  const action: ActionExecution = {
    key: `${pipelineId}/${runId}/00.000.001.00`,
    id: '9b0d2c44-7f31-4a52-8a0e-1d2e3f405160',
    pipelineName: 'hello-site',
    stage: 'Stage',
    action: 'Act',
    type,
    version: 1,
    status: 'Starting',
    deadline: begun + 3_600_000,
    startTime: begun,
    lastUpdateTime: begun,
  };
  const run: Run = {
    id: runId,
    pipelineId,
    pipelineName: 'hello-site',
    sequence: 1,
    executionMode: 'SUPERSEDED',
    status: 'InProgress',
    version: 1,
    stage: 'Stage',
    place: 'inside',
    attempt: 0,
    step: 1,
    execution: 1,
    spent: 0,
    trigger: { type: 'StartPipelineExecution', detail: 'me' },
    variables: {},
    sourceOverrides: overrides.map((each) => ({ actionName: 'Act', ...each })),
    sourceRevisions: [],
    startTime: begun,
    lastUpdateTime: begun,
  };
  const keys = { accessKeyId: 'a', secretAccessKey: 's', sessionToken: 't', expiration: new Date(begun + 3_600_000) };
  const access = { roleArn: `arn:aws:iam::${account}:role/r`, region, credentials: async () => keys };
  return {
    now: begun,
    newId: () => runId,
    home: { partition: 'aws', region, account },
    remainingMillis: () => 900_000,
    action,
    run,
    declaration: { name: 'Act', actionTypeId: type },
    configuration: {},
    commandVariables: {},
    secrets: [],
    inputs: [],
    outputs: [],
    access,
    worker: access,
    pipelineArn: `arn:aws:codepipeline:${region}:${account}:hello-site`,
    ...given,
  };
}

/** Has the clients that are made from now on reach a service at an endpoint. */
export function reach(service: 'S3' | 'SNS', endpoint: string): void {
  vi.stubEnv(`AWS_ENDPOINT_URL_${service}`, endpoint);
  vi.stubEnv('AWS_MAX_ATTEMPTS', '1');
}
