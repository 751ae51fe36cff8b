import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type FrontDoor, openFrontDoor } from './front-door.ts';
import { call, declaration } from './sample.ts';
import { protocolNames } from './wire.ts';

const web = declaration('web');
const twice = { ...web, stages: [web.stages[0], web.stages[1], web.stages[1]] };
const badRole = 'nobody';
const unknownRun = '01a1fd00-0000-7000-8000-ffffffffffff';
const place = { pipelineName: 'web', stageName: 'Approve', actionName: 'Review' };
const answer = { result: { status: 'Approved', summary: '' }, token: unknownRun };

/** Requests that break two things at once: `first` wins. `second` breaks only the second, so that both are known to be broken. */
const pairs = [
  {
    first: {
      name: 'a wrong type',
      code: 'SerializationException',
      input: { pipeline: { ...web, name: '!', stages: 'x' } },
    },
    second: { name: 'a breach of the model', code: 'ValidationException', input: { pipeline: { ...web, name: '!' } } },
    operation: 'CreatePipeline',
  },
  {
    first: {
      name: 'a breach of the model',
      code: 'ValidationException',
      input: { pipeline: { ...twice, roleArn: badRole } },
    },
    second: { name: 'two stages of one name', code: 'InvalidStageDeclarationException', input: { pipeline: twice } },
    operation: 'CreatePipeline',
  },
  {
    first: { name: 'two stages of one name', code: 'InvalidStageDeclarationException', input: { pipeline: twice } },
    second: { name: 'a name in use', code: 'PipelineNameInUseException', input: { pipeline: web } },
    operation: 'CreatePipeline',
  },
  {
    first: {
      name: 'a breach of the model',
      code: 'ValidationException',
      input: { pipeline: { ...web, name: 'no', roleArn: badRole } },
    },
    second: {
      name: 'an unknown pipeline',
      code: 'PipelineNotFoundException',
      input: { pipeline: { ...web, name: 'no' } },
    },
    operation: 'UpdatePipeline',
  },
  {
    first: {
      name: 'two stages of one name',
      code: 'InvalidStageDeclarationException',
      input: { pipeline: { ...twice, name: 'no' } },
    },
    second: {
      name: 'an unknown pipeline',
      code: 'PipelineNotFoundException',
      input: { pipeline: { ...web, name: 'no' } },
    },
    operation: 'UpdatePipeline',
  },
  {
    first: { name: 'a breach of the model', code: 'ValidationException', input: { name: 'no', version: 0 } },
    second: { name: 'an unknown pipeline', code: 'PipelineNotFoundException', input: { name: 'no', version: 9 } },
    operation: 'GetPipeline',
  },
  {
    first: { name: 'an unknown pipeline', code: 'PipelineNotFoundException', input: { name: 'no', version: 9 } },
    second: {
      name: 'an unknown version',
      code: 'PipelineVersionNotFoundException',
      input: { name: 'web', version: 9 },
    },
    operation: 'GetPipeline',
  },
  {
    first: {
      name: 'an unknown pipeline',
      code: 'PipelineNotFoundException',
      input: { pipelineName: 'no', pipelineExecutionId: unknownRun },
    },
    second: {
      name: 'an unknown run',
      code: 'PipelineExecutionNotFoundException',
      input: { pipelineName: 'web', pipelineExecutionId: unknownRun },
    },
    operation: 'GetPipelineExecution',
  },
  {
    first: {
      name: 'an unknown run',
      code: 'PipelineExecutionNotFoundException',
      input: { pipelineName: 'web', filter: { pipelineExecutionId: unknownRun }, nextToken: 'x' },
    },
    second: { name: 'a bad token', code: 'InvalidNextTokenException', input: { pipelineName: 'web', nextToken: 'x' } },
    operation: 'ListActionExecutions',
  },
  {
    first: {
      name: 'an unknown pipeline',
      code: 'PipelineNotFoundException',
      input: { ...place, ...answer, pipelineName: 'no', stageName: 'no' },
    },
    second: {
      name: 'an unknown stage',
      code: 'StageNotFoundException',
      input: { ...place, ...answer, stageName: 'no' },
    },
    operation: 'PutApprovalResult',
  },
  {
    first: {
      name: 'an unknown stage',
      code: 'StageNotFoundException',
      input: { ...place, ...answer, stageName: 'no', actionName: 'no' },
    },
    second: {
      name: 'an unknown action',
      code: 'ActionNotFoundException',
      input: { ...place, ...answer, actionName: 'no' },
    },
    operation: 'PutApprovalResult',
  },
  {
    first: {
      name: 'an unknown action',
      code: 'ActionNotFoundException',
      input: { ...place, ...answer, actionName: 'no' },
    },
    second: {
      name: "a token that is no approval's",
      code: 'InvalidApprovalTokenException',
      input: { ...place, ...answer },
    },
    operation: 'PutApprovalResult',
  },
];

let door: FrontDoor;
beforeAll(async () => {
  door = await openFrontDoor();
  await call(door, 'CreatePipeline', { pipeline: web });
});
afterAll(() => door?.close());

describe.each(protocolNames)('over %s', (protocol) => {
  test.each(pairs)('$operation tells of $first.name before $second.name', async ({ operation, first, second }) => {
    const before = door.work.changes;

    await expect(call(door, operation, first.input, protocol)).rejects.toMatchObject({ name: first.code });
    await expect(call(door, operation, second.input, protocol)).rejects.toMatchObject({ name: second.code });

    expect(door.work.changes).toBe(before);
  });
});
