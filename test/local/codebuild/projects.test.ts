import {
  BatchGetProjectsCommand,
  CreateProjectCommand,
  DeleteProjectCommand,
  ListProjectsCommand,
  UpdateProjectCommand,
} from '@aws-sdk/client-codebuild';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Resource } from '../../../local/service.ts';
import type { Stand } from './stand.ts';
import { openStand, ROLE, request } from './stand.ts';

const SETTINGS = {
  source: { type: 'NO_SOURCE', buildspec: 'version: 0.2\n' },
  artifacts: { type: 'NO_ARTIFACTS' },
  environment: { type: 'LINUX_CONTAINER', image: 'i', computeType: 'BUILD_GENERAL1_SMALL' },
  serviceRole: ROLE,
} as const;

let stand: Stand;

beforeEach(async () => {
  stand = await openStand();
});

afterEach(() => stand.close());

const get = async (...names: string[]) => stand.client.send(new BatchGetProjectsCommand({ names }));

test('a project is created with CodeBuild’s defaults, and is there after a restart', async () => {
  const { project } = await stand.client.send(
    new CreateProjectCommand({ name: 'app', ...SETTINGS, tags: [{ key: 'k', value: 'v' }] }),
  );
  await stand.reopen();
  const { projects, projectsNotFound } = await get('app', 'other');

  expect(project).toMatchObject({
    name: 'app',
    timeoutInMinutes: 60,
    queuedTimeoutInMinutes: 480,
    tags: [{ key: 'k', value: 'v' }],
  });
  expect(project?.arn).toBe('arn:aws:codebuild:eu-west-1:000000000000:project/app');
  expect(project?.created).toBeInstanceOf(Date);
  expect(projects).toEqual([project]);
  expect(projectsNotFound).toEqual(['other']);
});

test('a name is taken once', async () => {
  await stand.project();

  await expect(stand.project()).rejects.toMatchObject({ name: 'ResourceAlreadyExistsException' });
});

test('an update replaces what it gives and keeps the rest', async () => {
  await stand.project({ description: 'before', timeoutInMinutes: 10 });
  await stand.client.send(new UpdateProjectCommand({ name: 'app', timeoutInMinutes: 20 }));

  expect((await get('app')).projects).toMatchObject([{ description: 'before', timeoutInMinutes: 20 }]);
  await expect(stand.client.send(new UpdateProjectCommand({ name: 'other' }))).rejects.toMatchObject({
    name: 'ResourceNotFoundException',
  });
});

test('a project is deleted, and deleting it again is no error', async () => {
  await stand.project();
  await stand.client.send(new DeleteProjectCommand({ name: 'app' }));
  await stand.client.send(new DeleteProjectCommand({ name: 'app' }));

  expect((await get('app')).projectsNotFound).toEqual(['app']);
});

test('projects are listed by name or by time, either way round, page by page', async () => {
  for (let index = 0; index < 101; index += 1) await stand.project({ name: `p${String(index).padStart(3, '0')}` });

  const first = await stand.client.send(new ListProjectsCommand({ sortBy: 'NAME', sortOrder: 'DESCENDING' }));
  const second = await stand.client.send(
    new ListProjectsCommand({ sortBy: 'NAME', sortOrder: 'DESCENDING', nextToken: first.nextToken }),
  );

  expect(first.projects?.[0]).toBe('p100');
  expect(first.projects).toHaveLength(100);
  expect(second).toMatchObject({ projects: ['p000'] });
  expect(second.nextToken).toBeUndefined();
});

describe('a project is refused', () => {
  test.each([
    [{ name: 'a b' }, 'Invalid project name: a b.'],
    [{ timeoutInMinutes: 4 }, 'Invalid timeoutInMinutes: 4. It must be from 5 to 2160.'],
    [{ queuedTimeoutInMinutes: 481 }, 'Invalid queuedTimeoutInMinutes: 481.'],
    [{ serviceRole: 'build' }, 'serviceRole must be the ARN of a role'],
    [{ source: { type: 'SVN' } }, 'Invalid source type: SVN.'],
    [{ source: { type: 'S3', location: 'bucket-only' } }, 'needs BUCKET/KEY, not bucket-only.'],
    [{ artifacts: { type: 'S3' } }, 'needs a bucket as location'],
    [
      { secondarySources: [{ type: 'NO_SOURCE', sourceIdentifier: '../x' }] },
      'Invalid identifier in secondarySources: ../x.',
    ],
    [
      { environment: { ...SETTINGS.environment, environmentVariables: [{ name: 'A B', value: '' }] } },
      'Invalid name of an environment variable: A B.',
    ],
    [{ environment: { ...SETTINGS.environment, environmentVariables: 'A=B' } }, 'environmentVariables must be a list'],
    [{ concurrentBuildLimit: 0 }, 'concurrentBuildLimit must be at least 1.'],
    [{ surprise: 1 }, 'Unknown parameter in input: "surprise".'],
  ])('with %j', async (members, message) => {
    const body = JSON.stringify({ name: 'app', ...SETTINGS, ...members });

    const answer = await stand.service.handle(request('CodeBuild_20161006.CreateProject', body));

    expect(answer.status).toBe(400);
    expect(JSON.parse(String(answer.body))).toEqual({
      __type: 'InvalidInputException',
      message: expect.stringContaining(message),
    });
  });
});

describe('as a resource of the template', () => {
  const resource = (properties: object): Resource => ({
    logicalId: 'Build',
    name: 'stack-Build',
    type: 'AWS::CodeBuild::Project',
    properties,
  });
  const properties = {
    Source: { Type: 'CODEPIPELINE', BuildSpec: 'ci.yml' },
    Artifacts: { Type: 'CODEPIPELINE' },
    Environment: {
      Type: 'LINUX_CONTAINER',
      Image: 'i',
      ComputeType: 'BUILD_GENERAL1_SMALL',
      PrivilegedMode: 'false',
      EnvironmentVariables: [{ Name: 'N', Value: 1, Type: 'PLAINTEXT' }],
    },
    ServiceRole: ROLE,
    TimeoutInMinutes: '30',
    LogsConfig: { CloudWatchLogs: { Status: 'ENABLED', GroupName: 'g' } },
  };
  const make = async (given: object) => stand.service.resources['AWS::CodeBuild::Project']?.(resource(given));

  test('a project has its name as Ref and its ARN as attribute', async () => {
    const values = await make(properties);

    expect(values).toEqual({
      ref: 'stack-Build',
      attributes: { Arn: 'arn:aws:codebuild:eu-west-1:000000000000:project/stack-Build' },
    });
    expect((await get('stack-Build')).projects).toMatchObject([
      {
        source: { type: 'CODEPIPELINE', buildspec: 'ci.yml' },
        environment: { privilegedMode: false, environmentVariables: [{ name: 'N', value: '1', type: 'PLAINTEXT' }] },
        timeoutInMinutes: 30,
        logsConfig: { cloudWatchLogs: { groupName: 'g' } },
      },
    ]);
  });

  test('a later start brings the project to its properties, and drops what they no longer have', async () => {
    await make({ ...properties, Name: 'named', Description: 'old' });
    const { projects: [before] = [] } = await get('named');
    await make({ ...properties, Name: 'named', TimeoutInMinutes: 40 });
    const { projects: [after] = [] } = await get('named');

    expect(after).toMatchObject({ timeoutInMinutes: 40, created: before?.created });
    expect(after).not.toHaveProperty('description');
  });

  test('a property that would be ignored is refused', async () => {
    await expect(make({ ...properties, Triggers: { Webhook: true } })).rejects.toThrow(
      'no property Triggers of AWS::CodeBuild::Project (Build)',
    );
  });
});

test('an operation that is not there names itself and the way out', async () => {
  const answer = await stand.service.handle(request('CodeBuild_20161006.StartBuildBatch', '{}'));

  expect(answer.status).toBe(400);
  expect(JSON.parse(String(answer.body))).toEqual({
    __type: 'UnknownOperationException',
    message:
      'The local stack has no CodeBuild operation StartBuildBatch. Set AWS_ENDPOINT_URL_CODEBUILD to use another endpoint.',
  });
});

test.each(['', 'null', '[1]', '{'])('the body %j is no input', async (body) => {
  const { status, body: answer } = await stand.service.handle(request('CodeBuild_20161006.BatchGetBuilds', body));

  expect(status).toBe(400);
  expect(JSON.parse(String(answer)).__type).toBe(body === '' ? 'InvalidInputException' : 'SerializationException');
});
