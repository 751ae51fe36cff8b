import type {
  ActionExecutionDetail,
  ActionExecutionStatus,
  ActionTypeId,
  PipelineExecutionStatus,
  PipelineExecutionSummary,
  StageState,
} from '@aws-sdk/client-codepipeline';
import type { Told } from './stand-in.ts';

/** The time at which the scenarios are looked at. */
export const NOW = Date.UTC(2026, 10, 21, 6, 30, 0);
export const COMMIT = '4f2a9c1d7be08364a5f1c2d3e4b5a6978812cdef';

const SECOND = 1000;
const MINUTE = 60 * SECOND;

/** The id of the nth run: like UUIDv7 its beginning is the time, its end tells runs apart. */
export function runId(n: number): string {
  return `019aa4e2-7c11-7a40-9d21-${String(n).padStart(4, '0')}c0ffee${String(n).padStart(2, '0')}`;
}

export function executionId(run: number, stage: string, action: string): string {
  return `${stage}-${action}-${run}`.toLowerCase();
}

const types: Readonly<Record<string, ActionTypeId>> = {
  Fetch: { category: 'Source', owner: 'AWS', provider: 'CodeStarSourceConnection', version: '1' },
  Compile: { category: 'Build', owner: 'AWS', provider: 'CodeBuild', version: '1' },
  Lint: { category: 'Test', owner: 'AWS', provider: 'CodeBuild', version: '1' },
  Review: { category: 'Approval', owner: 'AWS', provider: 'Manual', version: '1' },
  Publish: { category: 'Deploy', owner: 'AWS', provider: 'S3', version: '1' },
};

const LAYOUT = [
  { name: 'Source', actions: [['Fetch', 1]] },
  {
    name: 'Build',
    actions: [
      ['Compile', 1],
      ['Lint', 1],
    ],
  },
  { name: 'Approve', actions: [['Review', 1]] },
  { name: 'Deploy', actions: [['Publish', 1]] },
] as const;

/** A pipeline of four stages that has not run. */
export function noRuns(name = 'hello-site'): Told {
  return {
    declaration: {
      name,
      roleArn: 'arn:aws:iam::000000000000:role/pipeline',
      version: 3,
      pipelineType: 'V2',
      executionMode: 'SUPERSEDED',
      artifactStore: { type: 'S3', location: 'artifacts' },
      stages: LAYOUT.map((stage) => ({
        name: stage.name,
        actions: stage.actions.map(([action, runOrder]) => ({
          name: action,
          runOrder,
          actionTypeId: types[action] as ActionTypeId,
          ...(action === 'Fetch' ? { configuration: { FullRepositoryId: 'octo/hello', BranchName: 'main' } } : {}),
        })),
      })),
    },
    stages: LAYOUT.map((stage) => ({
      stageName: stage.name,
      inboundTransitionState: { enabled: true },
      actionStates: stage.actions.map(([action]) => ({ actionName: action })),
    })),
    runs: [],
    actions: [],
  };
}

/** Adds a run as the newest. */
export function addRun(
  told: Told,
  n: number,
  status: PipelineExecutionStatus,
  more: Partial<PipelineExecutionSummary> = {},
): PipelineExecutionSummary {
  const start = NOW - 40 * MINUTE + n * 8 * MINUTE;
  const run: PipelineExecutionSummary = {
    pipelineExecutionId: runId(n),
    status,
    startTime: new Date(start),
    lastUpdateTime: new Date(start + 95 * SECOND),
    trigger: {
      triggerType: 'WebhookV2',
      triggerDetail: 'arn:aws:codeconnections:us-east-1:000000000000:connection/1a2b',
    },
    executionMode: 'SUPERSEDED',
    executionType: 'STANDARD',
    sourceRevisions: [
      {
        actionName: 'Fetch',
        revisionId: COMMIT,
        revisionSummary: JSON.stringify({
          ProviderType: 'GitHub',
          CommitMessage: 'Landing page: show the opening hours\n\nThe second paragraph.',
        }),
        revisionUrl: `http://127.0.0.1:4566/git/octo/hello.git/commit/${COMMIT}`,
      },
    ],
    ...more,
  };
  told.runs.unshift(run);
  return run;
}

/** Adds an execution of an action as the newest, and makes the run the stage's latest. */
export function addAction(
  told: Told,
  n: number,
  stage: string,
  action: string,
  status: ActionExecutionStatus,
  more: {
    start?: number;
    end?: number;
    result?: object;
    configuration?: Record<string, string>;
    updatedBy?: string;
  } = {},
): ActionExecutionDetail {
  const start = more.start ?? NOW - 4 * MINUTE;
  const detail: ActionExecutionDetail = {
    pipelineExecutionId: runId(n),
    actionExecutionId: executionId(n, stage, action),
    pipelineVersion: 3,
    stageName: stage,
    actionName: action,
    status,
    startTime: new Date(start),
    lastUpdateTime: new Date(more.end ?? start + 12 * SECOND),
    input: {
      ...(types[action] ? { actionTypeId: types[action] } : {}),
      configuration: more.configuration ?? {},
      resolvedConfiguration: more.configuration ?? {},
    },
    output: { executionResult: more.result ?? {}, outputVariables: {} },
    ...(more.updatedBy === undefined ? {} : { updatedBy: more.updatedBy }),
  };
  told.actions.unshift(detail);
  return detail;
}

/** Declares a rule of a condition of a stage, which every run so far has not come to. */
export function declareRule(
  told: Told,
  stage: string,
  condition: 'beforeEntry' | 'onSuccess' | 'onFailure',
  rule: { readonly name: string; readonly provider: string; readonly result?: 'FAIL' | 'SKIP' | 'ROLLBACK' },
): void {
  const declared = told.declaration.stages?.find(({ name }) => name === stage);
  const state = told.stages.find(({ stageName }) => stageName === stage);
  if (!declared || !state) throw new Error(`There is no stage ${stage}.`);
  const { name, provider, result = 'FAIL' } = rule;
  declared[condition] ??= { conditions: [{ result, rules: [] }] };
  const ruleTypeId = { category: 'Rule', owner: 'AWS', provider, version: '1' } as const;
  declared[condition].conditions?.[0]?.rules?.push({ name, ruleTypeId });
  state[`${condition}ConditionState`] ??= { conditionStates: [{ ruleStates: [] }] };
  state[`${condition}ConditionState`]?.conditionStates?.[0]?.ruleStates?.push({ ruleName: name });
}

/** Adds an execution of a declared rule as the newest, and makes it the one that the state tells of. */
export function addRule(
  told: Told,
  n: number,
  { stage, condition, name }: { stage: string; condition: 'beforeEntry' | 'onSuccess' | 'onFailure'; name: string },
  status: 'InProgress' | 'Succeeded' | 'Failed',
  more: { start?: number; end?: number; result?: object } = {},
): void {
  const ruleExecutionId = `${executionId(n, stage, name)}-${condition}`;
  const start = more.start ?? NOW - 3 * MINUTE;
  told.rules = [
    {
      pipelineExecutionId: runId(n),
      ruleExecutionId,
      stageName: stage,
      ruleName: name,
      status,
      startTime: new Date(start),
      lastUpdateTime: new Date(more.end ?? start + SECOND),
      input: {},
      output: { executionResult: more.result ?? {} },
    },
    ...(told.rules ?? []),
  ];
  const state = told.stages.find(({ stageName }) => stageName === stage)?.[`${condition}ConditionState`];
  const rule = state?.conditionStates?.[0]?.ruleStates?.find(({ ruleName }) => ruleName === name);
  if (!rule) throw new Error(`Stage ${stage} declares no rule ${name}.`);
  rule.latestExecution = { ruleExecutionId, status };
}

/** Tells which run a stage holds, or held last. */
export function hold(
  told: Told,
  stage: string,
  n: number,
  status: 'InProgress' | 'Succeeded' | 'Failed' | 'Stopped',
): StageState {
  const state = told.stages.find(({ stageName }) => stageName === stage);
  if (!state) throw new Error(`There is no stage ${stage}.`);
  state.latestExecution = { pipelineExecutionId: runId(n), status };
  return state;
}

/** What a build of the local stack tells of its place. */
export function build(stream: string, more: object = {}): object {
  return {
    externalExecutionId: `hello-site:${stream}`,
    externalExecutionUrl: `https://console.aws.amazon.com/codebuild/home?region=us-east-1#/builds/hello-site%3A${stream}/view/new`,
    logStreamARN: `arn:aws:logs:us-east-1:000000000000:log-group:/aws/codebuild/hello-site:log-stream:${stream}`,
    ...more,
  };
}

/** A run whose first stages are done and whose build goes on. */
export function running(name?: string): Told {
  const told = succeeded(name);
  addRun(told, 2, 'InProgress', {
    startTime: new Date(NOW - 75 * SECOND),
    lastUpdateTime: new Date(NOW - 60 * SECOND),
  });
  fetched(told, 2, NOW - 75 * SECOND);
  hold(told, 'Build', 2, 'InProgress');
  addAction(told, 2, 'Build', 'Lint', 'InProgress', { start: NOW - 63 * SECOND, result: build('lint-2') });
  addAction(told, 2, 'Build', 'Compile', 'InProgress', { start: NOW - 63 * SECOND, result: build('compile-2') });
  return told;
}

export const FAILURE =
  'Build terminated with state: FAILED. Phase: BUILD, Code: COMMAND_EXECUTION_ERROR, Message: Error while executing command: npm test. Reason: exit status 1';

/** A run that failed in its build. */
export function failedBuild(name?: string): Told {
  const told = succeeded(name);
  addRun(told, 2, 'Failed', { startTime: new Date(NOW - 6 * MINUTE), lastUpdateTime: new Date(NOW - 4 * MINUTE) });
  fetched(told, 2, NOW - 6 * MINUTE);
  hold(told, 'Build', 2, 'Failed');
  addAction(told, 2, 'Build', 'Lint', 'Succeeded', { start: NOW - 5.5 * MINUTE, result: build('lint-2') });
  addAction(told, 2, 'Build', 'Compile', 'Failed', {
    start: NOW - 5.5 * MINUTE,
    end: NOW - 4 * MINUTE,
    result: build('compile-2', { errorDetails: { code: 'JobFailed', message: FAILURE } }),
  });
  return told;
}

/** A run that waits for an approval since twelve minutes. */
export function waitingApproval(name?: string): Told {
  const told = succeeded(name);
  addRun(told, 2, 'InProgress', { startTime: new Date(NOW - 15 * MINUTE) });
  fetched(told, 2, NOW - 15 * MINUTE);
  built(told, 2, NOW - 14 * MINUTE);
  hold(told, 'Approve', 2, 'InProgress');
  addAction(told, 2, 'Approve', 'Review', 'InProgress', {
    start: NOW - 12 * MINUTE,
    configuration: {
      CustomData: 'Read the page on staging, then decide.',
      ExternalEntityLink: 'https://staging.example.com/',
    },
  });
  return told;
}

/** A newer run waits before the stage that an older one holds; one between them was superseded. */
export function superseded(name?: string): Told {
  const told = waitingApproval(name);
  addRun(told, 3, 'Superseded', {
    trigger: { triggerType: 'StartPipelineExecution', triggerDetail: 'arn:aws:iam::000000000000:root' },
  });
  addRun(told, 4, 'InProgress', { startTime: new Date(NOW - 3 * MINUTE) });
  fetched(told, 4, NOW - 3 * MINUTE);
  built(told, 4, NOW - 2.5 * MINUTE);
  const approve = told.stages.find(({ stageName }) => stageName === 'Approve');
  if (approve) approve.inboundExecutions = [{ pipelineExecutionId: runId(4), status: 'InProgress', type: 'STANDARD' }];
  return told;
}

/** A run that went through. */
export function succeeded(name?: string): Told {
  const told = noRuns(name);
  addRun(told, 1, 'Succeeded');
  fetched(told, 1, NOW - 32 * MINUTE);
  built(told, 1, NOW - 31.5 * MINUTE);
  addAction(told, 1, 'Approve', 'Review', 'Succeeded', {
    start: NOW - 31 * MINUTE,
    end: NOW - 30 * MINUTE,
    updatedBy: 'email-link',
    result: { externalExecutionSummary: 'Looks good to me.' },
  });
  addAction(told, 1, 'Deploy', 'Publish', 'Succeeded', { start: NOW - 30 * MINUTE, end: NOW - 30 * MINUTE + 400 });
  hold(told, 'Approve', 1, 'Succeeded');
  hold(told, 'Deploy', 1, 'Succeeded');
  return told;
}

function fetched(told: Told, n: number, start: number): void {
  hold(told, 'Source', n, 'Succeeded');
  addAction(told, n, 'Source', 'Fetch', 'Succeeded', {
    start,
    end: start + 2 * SECOND,
    result: {
      externalExecutionId: COMMIT,
      externalExecutionUrl: `http://127.0.0.1:4566/git/octo/hello.git/commit/${COMMIT}`,
    },
  });
}

function built(told: Told, n: number, start: number): void {
  hold(told, 'Build', n, 'Succeeded');
  addAction(told, n, 'Build', 'Lint', 'Succeeded', { start, result: build(`lint-${n}`) });
  addAction(told, n, 'Build', 'Compile', 'Succeeded', {
    start,
    end: start + 41 * SECOND,
    result: build(`compile-${n}`),
  });
}
