import { createHmac } from 'node:crypto';
import type { ActionDeclaration, StageDeclaration } from '../../functions/domain/declaration.ts';
import { executionName } from '../../functions/domain/run.ts';
import { jobType, type Users } from './users.ts';

/** What people do to a pipeline, in a world that holds `source.zip` in the bucket `source`; and how its runs end where nothing is disturbed. */
export interface ReferenceRun {
  readonly begin: (users: Users) => void;
  /** In the order in which they were started. */
  readonly ends: readonly string[];
  /** Where many do the same: every how many of its points one is taken, which ones by the seed. */
  readonly stride?: number;
}

const minute = 60_000;

const aws = (category: 'Source' | 'Build' | 'Deploy' | 'Approval', provider: string) =>
  ({ category, owner: 'AWS', provider, version: '1' }) as const;

/** A stage that fetches `source.zip`. */
export const source: StageDeclaration = {
  name: 'Source',
  actions: [
    {
      name: 'Fetch',
      actionTypeId: aws('Source', 'S3'),
      configuration: { S3Bucket: 'source', S3ObjectKey: 'source.zip', PollForSourceChanges: 'false' },
      outputArtifacts: [{ name: 'Code' }],
    },
  ],
};

/** A build by a project of this name. */
export function build(ProjectName: string, more: Partial<StageDeclaration> = {}): StageDeclaration {
  const inputArtifacts = [{ name: 'Code' }];
  const action = {
    name: 'Build',
    actionTypeId: aws('Build', 'CodeBuild'),
    inputArtifacts,
    configuration: { ProjectName },
  };
  return { name: 'Build', actions: [action], ...more };
}

/** A stage of one approval: for seven days, if nothing else is said. */
export function approve(more: Partial<ActionDeclaration> = {}): StageDeclaration {
  return { name: 'Approve', actions: [{ name: 'Approve', actionTypeId: aws('Approval', 'Manual'), ...more }] };
}

/** Copies of the source into the bucket `site`, side by side. */
export function deploy(count = 1): StageDeclaration {
  const actions = Array.from({ length: count }, (_, index) => ({
    name: `Deploy${index}`,
    actionTypeId: aws('Deploy', 'S3'),
    inputArtifacts: [{ name: 'Code' }],
    configuration: { BucketName: 'site', Extract: 'false', ObjectKey: 'site.zip' },
  }));
  return { name: 'Deploy', actions };
}

/** Actions of workers, one after the other. */
export function work(count: number): StageDeclaration {
  const actions = Array.from({ length: count }, (_, index) => ({
    name: `Work${index}`,
    actionTypeId: jobType,
    runOrder: index + 1,
  }));
  return { name: 'Work', actions };
}

/** A condition of rules that are named by what they come to. */
function condition(result: string, ...rules: readonly ('holds' | 'fails' | 'waits')[]) {
  const configurations = {
    holds: ['VariableCheck', { Variable: 'yes', Value: 'yes', Operator: 'EQ' }],
    fails: ['VariableCheck', { Variable: 'no', Value: 'yes', Operator: 'EQ' }],
    waits: ['DeploymentWindow', { Cron: '0 0 * * * ?' }],
  } as const;
  const declared = rules.map((name) => {
    const [provider, configuration] = configurations[name];
    return { name, ruleTypeId: { category: 'Rule', owner: 'AWS', provider, version: '1' } as const, configuration };
  });
  return { conditions: [{ result, rules: declared }] };
}

/** Overrides a condition of the deployment once the first run has failed by it. */
function overrideOnce(users: Users, conditionType: 'BEFORE_ENTRY' | 'ON_SUCCESS'): void {
  users.when(
    () => users.runs[0]?.status === 'Failed',
    () => {
      const place = { pipelineName: users.name, stageName: 'Deploy', pipelineExecutionId: users.runs[0]?.id };
      users.ask('OverrideStageCondition', { ...place, conditionType }, undefined, minute);
    },
  );
}

/** Retries a stage of the first run once it has failed. */
function retryOnce(users: Users, stageName: string): void {
  const { name: pipelineName } = users;
  users.when(
    () => users.runs[0]?.status === 'Failed',
    () => {
      const pipelineExecutionId = users.runs[0]?.id;
      const input = { pipelineName, stageName, pipelineExecutionId, retryMode: 'FAILED_ACTIONS' };
      users.ask('RetryStageExecution', input, undefined, minute);
    },
  );
}

/** Does something a while after the first run has come into a stage. */
function inside(users: Users, stage: string, then: (pipelineExecutionId: string) => void): void {
  users.when(
    () => users.runs[0]?.place === 'inside' && users.runs[0].stage === stage,
    () => then(users.runs[0]?.id ?? ''),
  );
}

function stop(users: Users, abandon: boolean): void {
  const { name: pipelineName } = users;
  inside(users, 'Build', (pipelineExecutionId) => {
    const input = { pipelineName, pipelineExecutionId, abandon, reason: 'enough' };
    users.ask('StopPipelineExecution', input, undefined, minute / 2);
  });
}

/** Runs by name: each call of each of them is a point of the matrix. A new one is an entry here. */
export const referenceRuns: Readonly<Record<string, ReferenceRun>> = {
  straight: {
    begin: (users) => users.make({ stages: [source, build('project'), approve(), deploy()] }),
    ends: ['Succeeded'],
  },
  retried: {
    begin: (users) => {
      users.make({ stages: [source, build('failing-1'), deploy()] });
      retryOnce(users, 'Build');
    },
    ends: ['Succeeded'],
  },
  'retried-by-itself': {
    begin: (users) => {
      const onFailure = { result: 'RETRY', retryConfiguration: { retryMode: 'FAILED_ACTIONS' } } as const;
      users.make({ stages: [source, build('failing-1', { onFailure })] });
    },
    ends: ['Succeeded'],
  },
  superseded: {
    begin: (users) => {
      users.patience = 2 * minute;
      users.make({ executionMode: 'SUPERSEDED', stages: [source, approve()] });
      for (const number of [2, 3]) users.start(number, (number * minute) / 3);
    },
    ends: ['Succeeded', 'Superseded', 'Succeeded'],
  },
  queued: {
    begin: (users) => {
      users.patience = minute;
      users.make({ executionMode: 'QUEUED', stages: [source, approve()] });
      for (const number of [2, 3]) users.start(number, (number * minute) / 3);
    },
    ends: ['Succeeded', 'Succeeded', 'Succeeded'],
  },
  parallel: {
    begin: (users) => {
      users.make({ executionMode: 'PARALLEL', stages: [source, build('project')] }, () => users.start(2));
    },
    ends: ['Succeeded', 'Succeeded'],
  },
  'rolled-back': {
    begin: (users) => {
      users.make({ stages: [source, deploy()] });
      users.start(2, 5 * minute);
      const { name: pipelineName } = users;
      users.when(
        () => users.runs.length === 2 && users.runs[1]?.status === 'Succeeded',
        () => {
          const targetPipelineExecutionId = users.runs[0]?.id;
          users.ask('RollbackStage', { pipelineName, stageName: 'Deploy', targetPipelineExecutionId });
        },
      );
    },
    ends: ['Succeeded', 'Succeeded', 'Succeeded'],
  },
  'rolled-back-by-itself': {
    begin: (users) => {
      users.make({ stages: [source, build('failing-2', { onFailure: { result: 'ROLLBACK' } })] });
      users.start(2, 5 * minute);
    },
    ends: ['Succeeded', 'Failed', 'Succeeded'],
  },
  stopped: {
    begin: (users) => {
      users.make({ stages: [source, build('project'), deploy()] });
      stop(users, false);
    },
    ends: ['Stopped'],
  },
  abandoned: {
    begin: (users) => {
      users.make({ stages: [source, build('project'), deploy()] });
      stop(users, true);
    },
    ends: ['Stopped'],
  },
  aborted: {
    begin: (users) => {
      users.make({ stages: [source, build('project')] });
      inside(users, 'Build', () => {
        const [run] = users.runs;
        if (run)
          users.world.later('somebody stops the execution', () => users.world.abort(executionName(run)), minute / 2);
      });
    },
    ends: ['Failed'],
  },
  'held-back': {
    begin: (users) => {
      const transition = { pipelineName: users.name, stageName: 'Deploy', transitionType: 'Inbound' };
      users.make({ stages: [source, deploy()] }, () =>
        users.ask('DisableStageTransition', { ...transition, reason: 'freeze' }),
      );
      users.ask('EnableStageTransition', transition, undefined, 10 * minute);
    },
    ends: ['Succeeded'],
  },
  rejected: {
    begin: (users) => {
      users.verdict = 'Rejected';
      users.make({ stages: [source, approve(), deploy()] });
    },
    ends: ['Failed'],
  },
  'timed-out': {
    begin: (users) => {
      users.verdict = undefined;
      users.make({ stages: [source, approve({ timeoutInMinutes: 5 })] });
    },
    ends: ['Failed'],
  },
  workers: {
    begin: (users) => {
      users.jobFails = true;
      users.makeWorkers(() => users.make({ stages: [source, work(2)] }));
      retryOnce(users, 'Work');
    },
    ends: ['Succeeded'],
  },
  conditions: {
    begin: (users) => {
      const beforeEntry = condition('FAIL', 'holds', 'waits');
      users.make({ stages: [source, { ...deploy(), beforeEntry, onSuccess: condition('FAIL', 'holds', 'fails') }] });
      overrideOnce(users, 'ON_SUCCESS');
    },
    ends: ['Succeeded'],
  },
  'kept-out': {
    begin: (users) => {
      users.make({ stages: [source, { ...deploy(), beforeEntry: condition('FAIL', 'fails') }] });
      overrideOnce(users, 'BEFORE_ENTRY');
    },
    ends: ['Succeeded'],
  },
  overridden: {
    begin: (users) => {
      users.make({ stages: [source, { ...deploy(), beforeEntry: condition('FAIL', 'waits') }] });
      inside(users, 'Deploy', (pipelineExecutionId) => {
        const place = { pipelineName: users.name, stageName: 'Deploy', pipelineExecutionId };
        users.ask('OverrideStageCondition', { ...place, conditionType: 'BEFORE_ENTRY' }, undefined, minute);
      });
    },
    ends: ['Succeeded'],
  },
  skipped: {
    begin: (users) => {
      const beforeEntry = condition('SKIP', 'fails');
      users.make({ stages: [source, { ...deploy(), beforeEntry }, { ...deploy(), name: 'Then' }] });
    },
    ends: ['Succeeded'],
  },
  'rolled-back-after-a-condition': {
    begin: (users) => {
      const onFailure = condition('ROLLBACK', 'fails');
      users.make({ stages: [source, build('failing-2', { onFailure })] });
      users.start(2, 5 * minute);
    },
    ends: ['Succeeded', 'Failed', 'Succeeded'],
  },
  'fifty-side-by-side': {
    begin: (users) => users.make({ stages: [source, deploy(50)] }),
    ends: ['Succeeded'],
    stride: 11,
  },
  triggers: {
    begin: (users) => {
      const { name } = users;
      const SecretToken = 'the secret of a host';
      const webhook = {
        name: 'pushed',
        targetPipeline: name,
        targetAction: 'Fetch',
        filters: [{ jsonPath: '$.ref', matchEquals: 'refs/heads/main' }],
        authentication: 'GITHUB_HMAC',
        authenticationConfiguration: { SecretToken },
      };
      const body = JSON.stringify({ ref: 'refs/heads/main', after: '1'.repeat(40) });
      const signature = `sha256=${createHmac('sha256', SecretToken).update(body).digest('hex')}`;
      const revision = { revisionId: users.sourceVersion, revisionChangeId: 'change', created: 1_780_000_000 };
      users.make({ executionMode: 'QUEUED', stages: [source, deploy()] }, () => {
        users.ask('PutWebhook', { webhook }, ({ output }) => {
          const { url } = output.webhook ?? {};
          if (url) users.push(url, body, { 'x-hub-signature-256': signature }, 2 * minute);
        });
        const changed = { pipelineName: name, stageName: 'Source', actionName: 'Fetch', actionRevision: revision };
        users.ask('PutActionRevision', changed, undefined, 4 * minute);
      });
    },
    ends: ['Succeeded', 'Succeeded', 'Succeeded'],
  },
};
