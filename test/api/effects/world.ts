import { handler as approval } from '../../../functions/actions/approval.ts';
import { handler as rule } from '../../../functions/actions/rule.ts';
import { readSummary } from '../../../functions/aws/pipeline-record.ts';
import { completeAction } from '../../../functions/engine/complete-action.ts';
import { handler as decide } from '../../../functions/tasks/decide.ts';
import { ask, context } from '../ask.ts';
import { Place } from './place.ts';

/** What an operation is tried on, what it writes, and what is read afterwards. */
export interface Case {
  /** Answers the input of the operation. */
  readonly arrange: () => Promise<object>;
  /** What it writes, in order. */
  readonly writes: readonly string[];
  /** What the readings must hold. */
  readonly effect: object;
  /** Writes that are for a crash in between, and seen by nobody otherwise. */
  readonly unseen?: readonly string[];
}

const midday = 1_795_244_400_000;

/** Of the trial that is on. */
export const world = { place: new Place(), now: midday, pipelineId: '', urlId: '' };

export function beginTrial(): void {
  Object.assign(world, { place: new Place(), now: midday, pipelineId: '', urlId: '' });
  world.place.serve();
}

export const connection = '10ca1000-0000-4000-8000-000000000001';
export const repositories = ['team/app', 'team/other'] as const;

const manual = { category: 'Approval', owner: 'AWS', provider: 'Manual', version: '1' };

/** A source, and a stage with one action: an approval, unless another type is named. */
export const declaration = (repository: string, type: object = manual) => ({
  name: 'web',
  pipelineType: 'V2',
  roleArn: 'arn:aws:iam::123456789012:role/web',
  artifactStore: { type: 'S3', location: 'artifacts' },
  stages: [
    {
      name: 'Source',
      actions: [
        {
          name: 'Fetch',
          actionTypeId: { category: 'Source', owner: 'AWS', provider: 'CodeStarSourceConnection', version: '1' },
          configuration: {
            ConnectionArn: `arn:aws:codeconnections:us-east-1:123456789012:connection/${connection}`,
            FullRepositoryId: repository,
            BranchName: 'main',
          },
          outputArtifacts: [{ name: 'Code' }],
        },
      ],
    },
    {
      name: 'Approve',
      actions: [{ name: 'Review', actionTypeId: type }],
    },
  ],
});

/** The same, which fetches an object that is polled, or says that it is not. */
export const polled = (polls: 'true' | 'false' = 'true') => {
  const { stages: [, approve] = [], ...rest } = declaration(repositories[0]);
  const fetch = {
    name: 'Fetch',
    actionTypeId: { category: 'Source', owner: 'AWS', provider: 'S3', version: '1' },
    configuration: { S3Bucket: 'uploads', S3ObjectKey: 'app.zip', PollForSourceChanges: polls },
    outputArtifacts: [{ name: 'Code' }],
  };
  return { ...rest, stages: [{ name: 'Source', actions: [fetch] }, approve] };
};

/** An entry condition of one rule. */
const entry = (provider: string, configuration: object) => ({
  beforeEntry: {
    conditions: [
      {
        result: 'FAIL',
        rules: [
          { name: 'Check', ruleTypeId: { category: 'Rule', owner: 'AWS', provider, version: '1' }, configuration },
        ],
      },
    ],
  },
});
const waits = entry('DeploymentWindow', { Cron: '0 0 0 1 1 ? 2099' });
const fails = entry('VariableCheck', { Variable: 'a', Value: 'b', Operator: 'EQ' });

export async function create(type?: object, conditions: object = {}): Promise<void> {
  const declared = declaration(repositories[0], type);
  const stages = declared.stages.map((stage) => (stage.name === 'Approve' ? { ...stage, ...conditions } : stage));
  await ask('CreatePipeline', { pipeline: { ...declared, stages } });
  world.pipelineId = (await readSummary('web'))?.id ?? '';
}

export async function runs(): Promise<readonly string[]> {
  const { output } = await ask('ListPipelineExecutions', { pipelineName: 'web' });
  const found = (output['pipelineExecutionSummaries'] ?? []) as readonly { pipelineExecutionId: string }[];
  return found.map(({ pipelineExecutionId }) => pipelineExecutionId).reverse();
}

const task = (run = '', entry = 1) => ({ execution: run, entry, invocation: 0, token: `task ${entry} of ${run}` });
export const decideOn = (run = '', entry = 1) =>
  decide({ run: `${world.pipelineId}/${run}`, ...task(run, entry) }, context);

/** One run inside the first stage, and another that waits before it. */
export async function twoRuns(): Promise<readonly string[]> {
  await create();
  world.now += 1000;
  await ask('StartPipelineExecution', { name: 'web' });
  const both = await runs();
  for (const run of both) await decideOn(run);
  return both;
}

/** A run that has left its first stage. */
async function pastSource(type?: object, conditions?: object): Promise<string> {
  await create(type, conditions);
  const [run = ''] = await runs();
  await decideOn(run);
  const found = { status: 'Succeeded', outputs: [], outputVariables: {} } as const;
  await completeAction(`${world.pipelineId}/${run}/00.000.001.00`, () => found, world.now);
  await decideOn(run, 2);
  return run;
}

/** A run whose second stage has begun. */
export async function atSecondStage(type?: object): Promise<void> {
  const run = await pastSource(type);
  await approval({ id: `${world.pipelineId}/${run}/01.000.001.00`, ...task(run, 2) }, context);
}

/** A run whose entry condition is evaluated, and stays so. */
export async function atCondition(): Promise<string> {
  const run = await pastSource(undefined, waits);
  await rule({ id: `${world.pipelineId}/${run}/01.000.beforeEntry.00`, ...task(run, 2) }, context);
  return run;
}

/** A run that its entry condition has ended. */
export async function keptOut(): Promise<string> {
  const run = await pastSource(undefined, fails);
  await rule({ id: `${world.pipelineId}/${run}/01.000.beforeEntry.00`, ...task(run, 2) }, context);
  await decideOn(run, 3);
  return run;
}

/** A run at its approval; answers the token that answers it. */
export async function atApproval(): Promise<string> {
  await atSecondStage();
  const { output } = await ask('GetPipelineState', { name: 'web' });
  const { stageStates } = output as { stageStates: { actionStates: { latestExecution: { token: string } }[] }[] };
  return stageStates[1]?.actionStates[0]?.latestExecution.token ?? '';
}

/** A run that ended with the answer to its approval. */
export async function answered(status: 'Approved' | 'Rejected'): Promise<string> {
  const token = await atApproval();
  const where = { pipelineName: 'web', stageName: 'Approve', actionName: 'Review' };
  await ask('PutApprovalResult', { ...where, token, result: { status, summary: 'so' } });
  const [run = ''] = await runs();
  await decideOn(run, 3);
  return run;
}
