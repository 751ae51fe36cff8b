import {
  AcknowledgeJobCommand,
  type CodePipelineClient,
  CreateCustomActionTypeCommand,
  CreatePipelineCommand,
  GetPipelineStateCommand,
  type Job,
  ListPipelineExecutionsCommand,
  type PipelineDeclaration,
  PollForJobsCommand,
  PutJobSuccessResultCommand,
  type PutJobSuccessResultCommandInput,
} from '@aws-sdk/client-codepipeline';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { waitFor } from '../../scripts/walk/wait-for.ts';
import { declare, type TestStack } from './stack.ts';

export const sourceType = { category: 'Source', owner: 'Custom', provider: 'Depot', version: '1' } as const;
export const buildType = { category: 'Build', owner: 'Custom', provider: 'Jenkins', version: '1' } as const;

/** Makes the two custom action types that the pipelines of these tests name: one is asked for by its `ProjectName`. */
export async function makeTypes(client: CodePipelineClient): Promise<void> {
  const one = { minimumCount: 1, maximumCount: 1 };
  const none = { minimumCount: 0, maximumCount: 0 };
  const { owner: _, ...source } = sourceType;
  const { owner: __, ...build } = buildType;
  await client.send(
    new CreateCustomActionTypeCommand({ ...source, inputArtifactDetails: none, outputArtifactDetails: one }),
  );
  await client.send(
    new CreateCustomActionTypeCommand({
      ...build,
      settings: { executionUrlTemplate: 'https://ci.example.com/job/{Config:ProjectName}/{ExternalExecutionId}/' },
      configurationProperties: [
        { name: 'ProjectName', required: true, key: true, secret: false, queryable: true },
        { name: 'Password', required: false, key: false, secret: true },
      ],
      inputArtifactDetails: one,
      outputArtifactDetails: { minimumCount: 0, maximumCount: 1 },
    }),
  );
}

/** Stages of custom actions: a source, and builds of a project that run together. */
export function jobStages(project: string, builds = 1): PipelineDeclaration['stages'] {
  const source = { name: 'Find', actionTypeId: sourceType, outputArtifacts: [{ name: 'Source' }] };
  const actions = Array.from({ length: builds }, (_, index) => ({
    name: `Build${index}`,
    actionTypeId: buildType,
    configuration: { ProjectName: project, Password: 'hunter2' },
    inputArtifacts: [{ name: 'Source' }],
    ...(index === 0 ? { namespace: 'Built', outputArtifacts: [{ name: 'Package' }] } : {}),
  }));
  return [
    { name: 'Source', actions: [source] },
    { name: 'Build', actions },
  ];
}

/** Makes a pipeline, which starts; answers its run. */
export async function startRun({ client, stack }: TestStack, name: string, builds = 1): Promise<string> {
  await client.send(new CreatePipelineCommand({ pipeline: declare(stack, name, jobStages(name, builds)) }));
  return waitFor(`the run of ${name}`, async () => {
    const { pipelineExecutionSummaries } = await client.send(new ListPipelineExecutionsCommand({ pipelineName: name }));
    return pipelineExecutionSummaries?.[0]?.pipelineExecutionId;
  });
}

/** Asks for source jobs, or for those of a project, as often as it takes. */
export function pollUntilOffered(client: CodePipelineClient, project?: string): Promise<Job> {
  return waitFor(`a job of ${project ?? 'a source'}`, async () => (await poll(client, 1, project))[0]);
}

/** Asks once. */
export async function poll(client: CodePipelineClient, maxBatchSize: number, project?: string): Promise<Job[]> {
  const asked =
    project === undefined
      ? { actionTypeId: sourceType }
      : { actionTypeId: buildType, queryParam: { ProjectName: project } };
  const { jobs = [] } = await client.send(new PollForJobsCommand({ ...asked, maxBatchSize }));
  return jobs;
}

/** Claims a job that was offered. */
export async function claim(client: CodePipelineClient, { id, nonce }: Job): Promise<string | undefined> {
  const { status } = await client.send(new AcknowledgeJobCommand({ jobId: id, nonce }));
  return status;
}

/** S3 by the keys of a job. */
export function storeOf({ data }: Job, { stack }: TestStack): S3Client {
  const { accessKeyId = '', secretAccessKey = '', sessionToken = '' } = data?.artifactCredentials ?? {};
  const credentials = { accessKeyId, secretAccessKey, sessionToken };
  return new S3Client({ endpoint: stack.endpoint, region: stack.region, credentials, forcePathStyle: true });
}

/** Where an artifact of a job lies. */
export function placeOf(job: Job, kind: 'inputArtifacts' | 'outputArtifacts'): { Bucket: string; Key: string } {
  const { bucketName = '', objectKey = '' } = job.data?.[kind]?.[0]?.location?.s3Location ?? {};
  return { Bucket: bucketName, Key: objectKey };
}

/** Tells that a job has succeeded. */
export async function succeed(
  client: CodePipelineClient,
  { id }: Job,
  more: Partial<PutJobSuccessResultCommandInput> = {},
): Promise<void> {
  await client.send(new PutJobSuccessResultCommand({ jobId: id, ...more }));
}

/** Carries out the source of the run that has just begun. */
export async function carryOutSource(test: TestStack): Promise<Job> {
  const job = await pollUntilOffered(test.client);
  await claim(test.client, job);
  const place = placeOf(job, 'outputArtifacts');
  await storeOf(job, test).send(new PutObjectCommand({ ...place, Body: 'source' }));
  await succeed(test.client, job, {
    currentRevision: { revision: 'r42', changeIdentifier: 'c42', revisionSummary: 'A better one' },
  });
  return job;
}

/** The state of an action as GetPipelineState shows it. */
export async function stateOf(client: CodePipelineClient, name: string, action: string) {
  const { stageStates = [] } = await client.send(new GetPipelineStateCommand({ name }));
  return stageStates.flatMap(({ actionStates = [] }) => actionStates).find(({ actionName }) => actionName === action);
}

/** The name of the error with which a call is refused; `done` when it is not. */
export function refusalOf(call: Promise<unknown>): Promise<string> {
  return call.then(
    () => 'done',
    (error: Error) => error.name,
  );
}
