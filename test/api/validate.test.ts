import { describe, expect, test } from 'vitest';
import { validateInput } from '../../functions/api/validate.ts';

const refusedWith = (code: string, message: string) => expect.objectContaining({ code, message });

const action = {
  name: 'Fetch',
  actionTypeId: { category: 'Source', owner: 'AWS', provider: 'S3', version: '1' },
};
const stages = [{ name: 'Source', actions: [action] }];
const pipeline = { name: 'web', roleArn: 'arn:aws:iam::111122223333:role/web', stages };
const withAction = (more: object) => ({
  pipeline: { ...pipeline, stages: [{ name: 'Source', actions: [{ ...action, ...more }] }] },
});
const firstAction = 'pipeline.stages.1.member.actions.1.member';

describe('a breach is told as AWS tells it', () => {
  test.each([
    {
      kind: 'required',
      operation: 'GetPipeline',
      input: {},
      says: "Value at 'name' failed to satisfy constraint: Member must not be null",
    },
    {
      kind: 'required, given as null',
      operation: 'GetPipeline',
      input: { name: null },
      says: "Value at 'name' failed to satisfy constraint: Member must not be null",
    },
    {
      kind: 'maximum length',
      operation: 'GetPipeline',
      input: { name: 'x'.repeat(101) },
      says: "Value at 'name' failed to satisfy constraint: Member must have length less than or equal to 100",
    },
    {
      kind: 'pattern',
      operation: 'GetPipeline',
      input: { name: 'a b' },
      says: "Value at 'name' failed to satisfy constraint: Member must satisfy regular expression pattern: [A-Za-z0-9.@\\-_]+",
    },
    {
      kind: 'pattern, before a line break at the end',
      operation: 'GetPipeline',
      input: { name: 'web\n' },
      says: "Value at 'name' failed to satisfy constraint: Member must satisfy regular expression pattern: [A-Za-z0-9.@\\-_]+",
    },
    {
      kind: 'enum',
      operation: 'PutApprovalResult',
      input: {
        pipelineName: 'web',
        stageName: 'Ship',
        actionName: 'Ask',
        result: { summary: '', status: 'approved' },
        token: '00000000-0000-0000-0000-000000000000',
      },
      says: "Value at 'result.status' failed to satisfy constraint: Member must satisfy enum value set: [Approved, Rejected]",
    },
    {
      kind: 'least number',
      operation: 'GetPipeline',
      input: { name: 'web', version: 0 },
      says: "Value at 'version' failed to satisfy constraint: Member must have value greater than or equal to 1",
    },
    {
      kind: 'greatest number, in lists',
      operation: 'CreatePipeline',
      input: withAction({ runOrder: 1000 }),
      says: `Value at '${firstAction}.runOrder' failed to satisfy constraint: Member must have value less than or equal to 999`,
    },
    {
      kind: 'length of a list',
      operation: 'StartPipelineExecution',
      input: { name: 'web', variables: [] },
      says: "Value at 'variables' failed to satisfy constraint: Member must have length greater than or equal to 1",
    },
    {
      kind: 'length of a map',
      operation: 'PollForJobs',
      input: {
        actionTypeId: { ...action.actionTypeId, category: 'Build', owner: 'Custom' },
        queryParam: { a: 'b', c: 'd' },
      },
      says: "Value at 'queryParam' failed to satisfy constraint: Member must have length less than or equal to 1",
    },
    {
      kind: 'keys of a map',
      operation: 'CreatePipeline',
      input: withAction({ configuration: { ['k'.repeat(51)]: 'v' } }),
      says: `Value at '${firstAction}.configuration' failed to satisfy constraint: Map keys must satisfy constraint: [Member must have length less than or equal to 50, Member must have length greater than or equal to 1]`,
    },
    {
      kind: 'values of a map',
      operation: 'CreatePipeline',
      input: withAction({ configuration: { a: '' } }),
      says: `Value at '${firstAction}.configuration' failed to satisfy constraint: Map value must satisfy constraint: [Member must have length less than or equal to 50000, Member must have length greater than or equal to 1]`,
    },
    {
      kind: 'values of a map with a pattern',
      operation: 'PollForJobs',
      input: {
        actionTypeId: { ...action.actionTypeId, category: 'Build', owner: 'Custom' },
        queryParam: { a: 'b c' },
      },
      says: "Value at 'queryParam' failed to satisfy constraint: Map value must satisfy constraint: [Member must have length less than or equal to 50, Member must have length greater than or equal to 1, Member must satisfy regular expression pattern: [a-zA-Z0-9_-]+]",
    },
    {
      kind: 'members of a structure in a map',
      operation: 'CreatePipeline',
      input: { pipeline: { ...pipeline, artifactStores: { 'eu-west-1': { type: 'S3' } } } },
      says: "Value at 'pipeline.artifactStores.eu-west-1.member.location' failed to satisfy constraint: Member must not be null",
    },
  ])('$kind', ({ operation, input, says }) => {
    const validate = () => validateInput(operation, input);

    expect(validate).toThrow(refusedWith('ValidationException', `1 validation error detected: ${says}`));
  });

  test('all of them at once, in the order of the model', () => {
    const validate = () => validateInput('GetPipeline', { version: 0, name: '' });

    expect(validate).toThrow(
      refusedWith(
        'ValidationException',
        [
          "3 validation errors detected: Value at 'name' failed to satisfy constraint: Member must have length greater than or equal to 1",
          "Value at 'name' failed to satisfy constraint: Member must satisfy regular expression pattern: [A-Za-z0-9.@\\-_]+",
          "Value at 'version' failed to satisfy constraint: Member must have value greater than or equal to 1",
        ].join('; '),
      ),
    );
  });

  test('each key and value of a map counts once', () => {
    const validate = () => validateInput('CreatePipeline', withAction({ configuration: { a: '', b: '', c: '' } }));

    expect(validate).toThrow(/^1 validation error detected/);
  });
});

describe('a wrong JSON type is refused', () => {
  test.each([
    { operation: 'GetPipeline', input: null, says: 'The input must be an object, not null.' },
    { operation: 'GetPipeline', input: [], says: 'The input must be an object, not a list.' },
    { operation: 'GetPipeline', input: { name: 7 }, says: "'name' must be a string, not a number." },
    { operation: 'GetPipeline', input: { name: {} }, says: "'name' must be a string, not an object." },
    {
      operation: 'GetPipeline',
      input: { name: 'web', version: '1' },
      says: "'version' must be a whole number, not a string.",
    },
    {
      operation: 'GetPipeline',
      input: { name: 'web', version: 1.5 },
      says: "'version' must be a whole number, not a number.",
    },
    {
      operation: 'CreatePipeline',
      input: { pipeline: { ...pipeline, stages: {} } },
      says: "'pipeline.stages' must be a list, not an object.",
    },
    {
      operation: 'CreatePipeline',
      input: withAction({ configuration: [] }),
      says: `'${firstAction}.configuration' must be an object, not a list.`,
    },
    {
      operation: 'CreatePipeline',
      input: withAction({ configuration: { Extract: true } }),
      says: `'${firstAction}.configuration.Extract' must be a string, not a boolean.`,
    },
    {
      operation: 'CreatePipeline',
      input: { pipeline: { ...pipeline, stages: [null] } },
      says: "'pipeline.stages.1.member' must be an object, not null.",
    },
    {
      operation: 'StopPipelineExecution',
      input: { pipelineName: 'web', pipelineExecutionId: '00000000-0000-0000-0000-000000000000', abandon: 'yes' },
      says: "'abandon' must be true or false, not a string.",
    },
    {
      operation: 'PutActionRevision',
      input: {
        pipelineName: 'web',
        stageName: 'Source',
        actionName: 'Fetch',
        actionRevision: { revisionId: '1', revisionChangeId: '1', created: '2026-01-01' },
      },
      says: "'actionRevision.created' must be a number of seconds since 1970, not a string.",
    },
  ])('$says', ({ operation, input, says }) => {
    const validate = () => validateInput(operation, input);

    expect(validate).toThrow(refusedWith('SerializationException', says));
  });
});

describe('what is answered', () => {
  test('leaves out members that the model does not know, and nulls', () => {
    const valid = validateInput('GetPipeline', { name: 'web', version: null, pipelineName: 'other', extra: {} });

    expect(valid).toEqual({ name: 'web' });
  });

  test('keeps keys of maps as they are, __proto__ too', () => {
    const configuration = JSON.parse('{"__proto__":"a","constructor":"b"}') as object;

    const valid = validateInput('CreatePipeline', withAction({ configuration }));

    expect(JSON.stringify(valid)).toContain('"configuration":{"__proto__":"a","constructor":"b"}');
  });

  test('takes no member from a prototype', () => {
    const validate = () => validateInput('GetPipeline', Object.create({ name: 'web' }));

    expect(validate).toThrow(
      refusedWith(
        'ValidationException',
        "1 validation error detected: Value at 'name' failed to satisfy constraint: Member must not be null",
      ),
    );
  });

  test('has configuration values of 50,000 characters, and no more', () => {
    const valid = () => validateInput('CreatePipeline', withAction({ configuration: { a: 'x'.repeat(50_000) } }));
    const tooLong = () => validateInput('CreatePipeline', withAction({ configuration: { a: 'x'.repeat(50_001) } }));

    expect(valid).not.toThrow();
    expect(tooLong).toThrow(refusedWith('ValidationException', expect.stringContaining('Map value must satisfy')));
  });
});

test.each(['MakePipeline', '__proto__', 'constructor', ''])('there is no operation %j', (operation) => {
  const validate = () => validateInput(operation, {});

  expect(validate).toThrow(refusedWith('UnknownOperationException', `CodePipeline has no operation ${operation}.`));
});
