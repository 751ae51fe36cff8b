import { describe, expect, test } from 'vitest';
import { protocolOf } from '../../functions/api/protocol.ts';
import { route as routeBy } from '../../functions/api/route.ts';

const targetOf = (operation: string) => ({ 'x-amz-target': `CodePipeline_20150709.${operation}` });
const route = (
  ...[path, headers, body]: readonly [Parameters<typeof routeBy>[0], Parameters<typeof routeBy>[1], Buffer]
) => routeBy(path, headers, body, protocolOf(headers));
const bodyOf = (input: unknown) => Buffer.from(JSON.stringify(input));
const refusedWith = (code: string, says: string) =>
  expect.objectContaining({ code, message: expect.stringContaining(says) });

describe('a request that is answered', () => {
  test.each([
    { name: 'by X-Amz-Target', path: {}, headers: targetOf('GetPipeline'), input: { name: 'web' } },
    { name: 'by path', path: { operation: 'GetPipeline', pipeline: 'web' }, headers: {}, input: { name: 'web' } },
    {
      name: 'by path and X-Amz-Target that agree',
      path: { operation: 'GetPipeline', pipeline: 'web' },
      headers: targetOf('GetPipeline'),
      input: { name: 'web' },
    },
    {
      name: 'by a path down to the action',
      path: { operation: 'PutApprovalResult', pipeline: 'web', stage: 'Ship', action: 'Ask' },
      headers: {},
      input: { pipelineName: 'web', stageName: 'Ship', actionName: 'Ask' },
    },
    {
      name: 'by path, with the name inside the pipeline',
      path: { operation: 'UpdatePipeline', pipeline: 'web' },
      headers: {},
      input: { pipeline: { name: 'web' } },
    },
    {
      name: 'by path, with the pipeline that a webhook is to start',
      path: { operation: 'PutWebhook', pipeline: 'web' },
      headers: {},
      input: { webhook: { name: 'hook', targetPipeline: 'web' } },
    },
    {
      name: 'by a path without the name of a webhook, which is no pipeline',
      path: { operation: 'DeleteWebhook' },
      headers: {},
      input: { name: 'web' },
    },
    { name: 'by a path of an operation on no pipeline', path: { operation: 'ListPipelines' }, headers: {}, input: {} },
    {
      name: 'by X-Amz-Target, whose names no path repeats',
      path: {},
      headers: targetOf('PutApprovalResult'),
      input: { pipelineName: 'web', stageName: 'Ship', actionName: 'Ask' },
    },
    { name: 'with a pipeline that is null', path: {}, headers: targetOf('CreatePipeline'), input: { pipeline: null } },
  ])('is read $name', ({ path, headers, input }) => {
    const request = route(path, headers, bodyOf(input));

    expect(request.input).toEqual(input);
    expect([JSON.stringify(path), JSON.stringify(headers)].join()).toContain(request.operation);
  });

  test('takes the names that its body leaves out from its path', () => {
    const path = { operation: 'PutApprovalResult', pipeline: 'web', stage: 'Ship', action: 'Ask' };

    const request = route(path, {}, bodyOf({ stageName: 'Ship', token: '1' }));

    expect(request.input).toEqual({ pipelineName: 'web', stageName: 'Ship', actionName: 'Ask', token: '1' });
  });

  test('may have an empty body', () => {
    const request = route({}, targetOf('ListPipelines'), Buffer.alloc(0));

    expect(request).toEqual({ operation: 'ListPipelines', input: {} });
  });
});

describe('the operation', () => {
  test.each([
    { name: 'no header', headers: {} },
    { name: 'another service', headers: { 'x-amz-target': 'CodeBuild_20161006.StartBuild' } },
    { name: 'no word', headers: targetOf('Get Pipeline') },
    { name: 'something after a line break', headers: targetOf('GetPipeline\nx') },
    { name: 'nothing after the dot', headers: targetOf('') },
  ])('is unknown when the header names $name', ({ headers }) => {
    const read = () => route({}, headers, bodyOf({}));

    expect(read).toThrow(refusedWith('UnknownOperationException', 'names no operation in its path or in X-Amz-Target'));
  });

  test('must be the same in path and header', () => {
    const read = () => route({ operation: 'GetPipeline' }, targetOf('DeletePipeline'), bodyOf({}));

    expect(read).toThrow(
      refusedWith('ValidationException', "names operation 'GetPipeline', the body 'DeletePipeline'"),
    );
  });
});

describe('a path that IAM has allowed', () => {
  const open = { operation: 'GetPipeline', pipeline: 'open' };
  test.each([
    { name: 'name', path: open, input: { name: 'secret' } },
    { name: 'pipelineName', path: open, input: { pipelineName: 'secret' } },
    { name: 'name beside an agreeing pipelineName', path: open, input: { pipelineName: 'open', name: 'secret' } },
    { name: 'pipelineName beside an agreeing name', path: open, input: { pipelineName: 'secret', name: 'open' } },
    { name: 'pipeline.name', path: open, input: { pipeline: { name: 'secret' } } },
    {
      name: 'pipeline.name beside an agreeing name',
      path: open,
      input: { name: 'open', pipeline: { name: 'secret' } },
    },
    {
      name: 'name beside an agreeing pipeline.name',
      path: open,
      input: { name: 'secret', pipeline: { name: 'open' } },
    },
    { name: 'a name of another case', path: open, input: { name: 'Open' } },
    { name: 'a list of names', path: open, input: { name: ['open'] } },
    { name: 'an object that is no text', path: open, input: { name: { toString: 1 } } },
    { name: 'a null', path: open, input: { name: null } },
    { name: 'a member of another kind', path: { ...open, operation: 'TagResource' }, input: { resourceArn: 'secret' } },
    { name: 'a pipeline without a name', path: { ...open, operation: 'UpdatePipeline' }, input: { pipeline: {} } },
    {
      name: 'webhook.targetPipeline',
      path: { ...open, operation: 'PutWebhook' },
      input: { webhook: { name: 'open', targetPipeline: 'secret' } },
    },
    {
      name: 'webhook.targetPipeline beside an agreeing name',
      path: { ...open, operation: 'PutWebhook' },
      input: { name: 'open', webhook: { targetPipeline: 'secret' } },
    },
    { name: 'a webhook of the same name', path: { ...open, operation: 'DeleteWebhook' }, input: { name: 'open' } },
    {
      name: 'a webhook that the body calls so',
      path: { ...open, operation: 'RegisterWebhookWithThirdParty' },
      input: { webhookName: 'open' },
    },
    { name: 'stageName', path: { ...open, stage: 'open' }, input: { name: 'open', stageName: 'secret' } },
    { name: 'actionName', path: { ...open, action: 'open' }, input: { name: 'open', actionName: 'secret' } },
  ])('reaches nothing else through $name', ({ path, input }) => {
    const read = () => route(path, {}, bodyOf(input));

    expect(read).toThrow(refusedWith('ValidationException', "'open', the body '"));
  });

  test.each([
    { part: 'pipeline', path: {}, input: { name: 'web' } },
    { part: 'pipeline', path: {}, input: { pipeline: { name: 'web' } } },
    { part: 'pipeline', path: {}, input: { webhook: { targetPipeline: 'web' } } },
    { part: 'stage', path: { pipeline: 'web' }, input: { name: 'web', stageName: 'Ship' } },
    {
      part: 'action',
      path: { pipeline: 'web', stage: 'Ship' },
      input: { name: 'web', stageName: 'Ship', actionName: 'Ask' },
    },
  ])('must name the $part that the body names', ({ part, path, input }) => {
    const read = () => route({ operation: 'PutApprovalResult', ...path }, {}, bodyOf(input));

    expect(read).toThrow(refusedWith('ValidationException', `The path of PutApprovalResult must name the ${part} '`));
  });

  test('is answered without the whole of a long name', () => {
    const read = () => route(open, {}, bodyOf({ name: 'x'.repeat(5000) }));

    expect(read).toThrow(refusedWith('ValidationException', `the body '${'x'.repeat(100)}'`));
  });
});

describe('a body', () => {
  test.each([
    { name: 'broken JSON', body: Buffer.from('{"name":'), says: 'not JSON' },
    { name: 'a list', body: bodyOf([]), says: 'not an object of members' },
    { name: 'null', body: bodyOf(null), says: 'not an object of members' },
    { name: 'a text', body: bodyOf('name'), says: 'not an object of members' },
  ])('that is $name is refused', ({ body, says }) => {
    const read = () => route({}, targetOf('GetPipeline'), body);

    expect(read).toThrow(refusedWith('SerializationException', says));
  });

  test('of 4 MiB is read, and one byte more is refused', () => {
    const limit = 4 * 1024 * 1024;
    const full = Buffer.from(JSON.stringify({ pad: 'x'.repeat(limit - '{"pad":""}'.length) }));

    const read = route({}, targetOf('ListPipelines'), full);

    expect(full.length).toBe(limit);
    expect(read.operation).toBe('ListPipelines');
    expect(() => route({}, targetOf('ListPipelines'), Buffer.concat([full, Buffer.from(' ')]))).toThrow(
      refusedWith('ValidationException', `has ${limit + 1} bytes; at most ${limit}`),
    );
  });

  test('with __proto__ gives no name to an input that has none', () => {
    const body = Buffer.from('{"__proto__":{"pipeline":{"name":"open"}}}');

    const read = () => route({ operation: 'UpdatePipeline', pipeline: 'open' }, {}, body);

    expect(read).toThrow(refusedWith('ValidationException', "the body 'undefined'"));
  });
});
