import { expect } from 'vitest';
import type { Seen } from './client.ts';

/** Ids in the order in which they come up. */
const bucket = '<id 1>';
const ofCreation = '<id 2>';
const version = '<id 3>';
const ofWebhook = '<id 5>';
const firstJob = '<id 6>';
const ofClient = '<id 7>';
const built = '<id 9>';
const secondJob = '<id 10>';
const token = '<id 12>';

const custom = { category: 'Build', owner: 'Custom', provider: 'Works', version: '1' };
const arn = 'arn:aws:codepipeline:us-east-1:000000000000';
const root = 'arn:aws:iam::000000000000:root';

const definition = {
  name: 'walk',
  targetPipeline: 'walk',
  targetAction: 'Fetch',
  filters: [{ jsonPath: '$.ref', matchEquals: 'refs/heads/main' }],
  authentication: 'GITHUB_HMAC',
  authenticationConfiguration: { secretToken: '****' },
};
const webhook = { arn: `${arn}:webhook:walk`, url: '<url>', definition };

const pipeline = {
  name: 'walk',
  version: 1,
  pipelineType: 'V1',
  executionMode: 'SUPERSEDED',
  artifactStore: { type: 'S3', location: bucket },
  stages: [
    { name: 'Source', actions: [{ name: 'Fetch', runOrder: 1, configuration: { s3Bucket: 'walk-source' } }] },
    {
      name: 'Build',
      actions: [{ name: 'Make', actionTypeId: custom, configuration: { project: 'walk', password: '****' } }],
    },
    {
      name: 'Approve',
      actions: [{ name: 'Review', configuration: { customData: 'Number #{Made.Number}: “well”?' } }],
    },
  ],
};

const runs = {
  created: {
    pipelineExecutionId: ofCreation,
    status: 'Failed',
    trigger: { triggerType: 'CreatePipeline', triggerDetail: root },
  },
  hooked: {
    pipelineExecutionId: ofWebhook,
    status: 'Failed',
    trigger: { triggerType: 'Webhook', triggerDetail: `${arn}:webhook:walk` },
  },
  started: {
    pipelineExecutionId: ofClient,
    status: 'Succeeded',
    trigger: { triggerType: 'StartPipelineExecution', triggerDetail: root },
  },
};
const sourceRevisions = [{ actionName: 'Fetch', revisionId: version }];
const artifactRevisions = [{ name: 'Code', revisionId: version, created: '<now>' }];
const when = { startTime: '<now>', lastUpdateTime: '<now>' };

const place = { type: 'S3', s3Location: { bucketName: bucket, objectKey: '<objectKey>' } };
const jobOf = (pipelineExecutionId: string) => ({
  actionTypeId: custom,
  actionConfiguration: { configuration: { project: 'walk', password: 'hunter2' } },
  pipelineContext: {
    pipelineName: 'walk',
    stage: { name: 'Build' },
    action: { name: 'Make' },
    pipelineArn: `${arn}:walk`,
    pipelineExecutionId,
  },
  inputArtifacts: [{ name: 'Code', revision: version, location: place }],
  outputArtifacts: [{ name: 'Package', location: place }],
  artifactCredentials: {
    accessKeyId: '<accessKeyId>',
    secretAccessKey: '<secretAccessKey>',
    sessionToken: '<sessionToken>',
  },
});

/** A stage as the run that the client started has it. */
const stage = (stageName: string, status: string, action: object) => ({
  stageName,
  inboundTransitionState: { enabled: true },
  latestExecution: { pipelineExecutionId: ofClient, status },
  actionStates: [action],
});
const fetched = stage('Source', 'Succeeded', {
  actionName: 'Fetch',
  currentRevision: { revisionId: version, created: '<now>' },
  latestExecution: { status: 'Succeeded', lastStatusChange: '<now>' },
});
const make = {
  actionName: 'Make',
  entityUrl: 'https://ci.example.com/walk',
  revisionUrl: 'https://ci.example.com/walk/configure',
};
const waiting = { actionExecutionId: built, status: 'InProgress', lastStatusChange: '<now>' };
const done = {
  actionExecutionId: built,
  status: 'Succeeded',
  externalExecutionId: '2',
  externalExecutionUrl: 'https://ci.example.com/walk/2',
  summary: 'Grüße 🚀',
  percentComplete: 100,
};
const review = { status: 'InProgress', token };

/** The actions of that run, the newest first. */
const actions = [
  {
    ...when,
    stageName: 'Approve',
    actionName: 'Review',
    status: 'Succeeded',
    updatedBy: root,
    input: { resolvedConfiguration: { customData: 'Number 2: “well”?' } },
    output: { executionResult: { externalExecutionSummary: 'Well done' } },
  },
  {
    ...when,
    stageName: 'Build',
    actionName: 'Make',
    status: 'Succeeded',
    input: {
      actionTypeId: custom,
      configuration: { project: 'walk', password: '****' },
      inputArtifacts: [{ name: 'Code', s3location: { bucket, key: '<key>' } }],
      namespace: 'Made',
    },
    output: {
      executionResult: { externalExecutionId: '2', externalExecutionSummary: 'Grüße 🚀' },
      outputArtifacts: [{ name: 'Package', s3location: { bucket, key: '<key>' } }],
      outputVariables: { number: '2' },
    },
  },
  {
    ...when,
    stageName: 'Source',
    actionName: 'Fetch',
    status: 'Succeeded',
    output: { outputVariables: { versionId: version } },
  },
];

const tags = [{ key: 'team', value: 'web' }];

/** What a client sees at each step of the walk, as `alike` has it; an answer may have more members. */
export const expected: Readonly<Record<string, Seen>> = {
  CreateCustomActionType: {
    output: {
      actionType: {
        id: custom,
        settings: {
          entityUrlTemplate: 'https://ci.example.com/{Config:Project}',
          revisionUrlTemplate: 'https://ci.example.com/{Config:Project}/configure',
          executionUrlTemplate: 'https://ci.example.com/{Config:Project}/{ExternalExecutionId}',
        },
        actionConfigurationProperties: [
          { name: 'Project', required: true, key: true, queryable: true, type: 'String' },
          { name: 'Password', secret: true },
        ],
        inputArtifactDetails: { minimumCount: 1, maximumCount: 1 },
        outputArtifactDetails: { maximumCount: 1 },
      },
      tags,
    },
  },
  CreatePipeline: { output: { pipeline, tags } },
  'ListPipelineExecutions, when there is no source': { output: { pipelineExecutionSummaries: [runs.created] } },
  GetPipeline: { output: { pipeline, metadata: { pipelineArn: `${arn}:walk`, created: '<now>', updated: '<now>' } } },
  PutWebhook: { output: { webhook } },
  'the requests to the webhook': { output: { forged: 401, signed: 202 } },
  ListWebhooks: { output: { webhooks: [{ ...webhook, lastTriggered: '<now>' }] } },
  'PollForJobs, to the first worker': {
    output: { jobs: [{ id: firstJob, nonce: '<nonce>', accountId: '000000000000', data: jobOf(ofWebhook) }] },
  },
  'AcknowledgeJob, with a nonce that is not its own': {
    error: { type: 'InvalidNonceException', message: expect.stringContaining(firstJob) },
  },
  'AcknowledgeJob, by the first worker': { output: { status: 'InProgress' } },
  PutJobFailureResult: { output: {} },
  'GetPipelineExecution, that the webhook started': {
    output: { pipelineExecution: { pipelineName: 'walk', pipelineVersion: 1, ...runs.hooked, artifactRevisions } },
  },
  StartPipelineExecution: { output: { pipelineExecutionId: ofClient } },
  'GetPipelineState, at the custom action': {
    output: {
      pipelineName: 'walk',
      pipelineVersion: 1,
      stageStates: [
        fetched,
        stage('Build', 'InProgress', { ...make, latestExecution: waiting }),
        { stageName: 'Approve', actionStates: [{ actionName: 'Review' }] },
      ],
    },
  },
  'PollForJobs, to the second worker': { output: { jobs: [{ id: secondJob, data: jobOf(ofClient) }] } },
  'AcknowledgeJob, by the second worker': { output: { status: 'InProgress' } },
  GetJobDetails: { output: { jobDetails: { id: secondJob, accountId: '000000000000', data: jobOf(ofClient) } } },
  GetObject: { output: { 'index.html': '<h1>Made</h1>' } },
  PutObject: { output: {} },
  PutJobSuccessResult: { output: {} },
  'GetPipelineState, at the approval': {
    output: {
      stageStates: [
        fetched,
        stage('Build', 'Succeeded', { ...make, latestExecution: done }),
        stage('Approve', 'InProgress', { actionName: 'Review', latestExecution: review }),
      ],
    },
  },
  'PutApprovalResult, with a token that is not its own': {
    error: { type: 'InvalidApprovalTokenException', message: expect.stringContaining('token') },
  },
  PutApprovalResult: { output: { approvedAt: '<now>' } },
  'GetPipelineExecution, that was approved': { output: { pipelineExecution: { ...runs.started, artifactRevisions } } },
  'ListPipelineExecutions, at the end': {
    output: {
      pipelineExecutionSummaries: [
        { ...when, ...runs.started, sourceRevisions },
        { ...when, ...runs.hooked, sourceRevisions },
        { ...when, ...runs.created, sourceRevisions: [] },
      ],
    },
  },
  ListActionExecutions: { output: { actionExecutionDetails: actions } },
  'the package in S3': { output: { 'package.txt': 'Made of <h1>Made</h1>' } },
  TagResource: { output: {} },
  ListTagsForResource: { output: { tags: [...tags, { key: 'stage', value: 'trial' }] } },
  DeleteWebhook: { output: {} },
  'a request to the deleted webhook': { output: { signed: 401 } },
  DeletePipeline: { output: {} },
  'GetPipeline, of the deleted name': {
    error: { type: 'PipelineNotFoundException', message: expect.stringContaining("'walk'") },
  },
  DeleteCustomActionType: { output: {} },
  'PollForJobs, of the deleted type': {
    error: { type: 'ActionTypeNotFoundException', message: expect.stringContaining("'Works'") },
  },
};
