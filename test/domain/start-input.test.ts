import { describe, expect, it } from 'vitest';
import { pipelineOfAlias } from '../../functions/domain/start-alias.ts';
import { readStartInput } from '../../functions/domain/start-input.ts';
import { sample } from '../handlers/world.ts';

const revision = { actionName: 'Fetch', revisionType: 'COMMIT_ID', revisionValue: 'abc' };
const none = { sourceRevisions: [], variables: [] };

describe('the input of a start', () => {
  it.each([
    [{}, { event: 'a start', ...none }],
    [null, { event: 'a start', ...none }],
    ['text', { event: 'a start', ...none }],
    [undefined, { event: 'a start', ...none }],
    [{ any: 'thing' }, { event: 'a start', ...none }],
    [
      {
        pipeline: 'web',
        rule: 'arn:rule',
        id: 'e1',
        sourceRevisions: [revision],
        variables: [{ name: 'Branch', value: 'main' }],
      },
      {
        pipeline: 'web',
        rule: 'arn:rule',
        eventId: 'e1',
        event: 'a start',
        sourceRevisions: [revision],
        variables: [{ name: 'Branch', value: 'main' }],
      },
    ],
    [
      sample('start-schedule'),
      {
        rule: 'arn:aws:events:us-east-1:123456789012:rule/nightly',
        eventId: '53dc4d37-cffa-4f76-80c9-8b7d4a4d2eaa',
        event: "the event 'Scheduled Event'",
        ...none,
      },
    ],
    [sample('start'), { event: "the event 'Object Created'", change: { type: 'Object', key: 'app.zip' }, ...none }],
  ])('may be an event, CodePipeline’s shape or anything else: %#', (input, read) => {
    expect(readStartInput(input)).toMatchObject(read);
  });

  it('is no pipeline’s name, and has no revisions, in an event that a stranger may have put', () => {
    const event = { 'detail-type': 'x', pipeline: 'prod', sourceRevisions: [revision], variables: 1 };

    expect(readStartInput(event)).toEqual({ event: "the event 'x'", ...none });
  });

  it.each([
    [{ 'detail-type': 'Scheduled Event', resources: ['arn:first', 'arn:second'] }, 'arn:first'],
    [{ 'detail-type': 'Scheduled Event', resources: ['arn:first'], rule: 'arn:told' }, 'arn:told'],
    [{ 'detail-type': 'x', rule: 'arn:told' }, 'arn:told'],
    [{ 'detail-type': 'Scheduled Event', resources: [] }, undefined],
    [{ 'detail-type': 'Scheduled Event', resources: 'arn:first' }, undefined],
    [{ 'detail-type': 'Scheduled Event' }, undefined],
    [{ 'detail-type': 'x', resources: ['arn:first'] }, undefined],
    [{ resources: ['arn:first'] }, undefined],
  ])('tells whose it is in an event of a schedule, or by itself: %j', (input, rule) => {
    const { 'detail-type': type } = { 'detail-type': undefined, ...input };
    const event = type === undefined ? 'a start' : `the event '${type}'`;

    expect(readStartInput(input)).toStrictEqual({ ...(rule === undefined ? {} : { rule }), event, ...none });
  });

  it('has what a source event changed, and its id', () => {
    expect(readStartInput(sample('start'))).toStrictEqual({
      eventId: '2ee9cc15-d022-99ea-1fb8-1b1bac4850f9',
      change: { type: 'Object', bucket: 'uploads', key: 'app.zip', revision: 'IYV3p45BT0ac8hjHg1houSdS1a.Mro8e' },
      event: "the event 'Object Created'",
      ...none,
    });
  });

  it('may be as long as StartPipelineExecution takes it', () => {
    const types = ['COMMIT_ID', 'IMAGE_DIGEST', 'S3_OBJECT_VERSION_ID', 'S3_OBJECT_KEY'];
    const sourceRevisions = Array.from({ length: 50 }, (_, index) => ({
      actionName: 'a'.repeat(100),
      revisionType: types[index % 4],
      revisionValue: 'r'.repeat(1500),
    }));
    const variables = Array(50).fill({ name: 'n'.repeat(128), value: 'v'.repeat(1000) });

    expect(readStartInput({ sourceRevisions, variables })).toStrictEqual({
      event: 'a start',
      sourceRevisions,
      variables,
    });
  });

  it('says nothing by lists that are null', () => {
    expect(readStartInput({ sourceRevisions: null, variables: null })).toStrictEqual({ event: 'a start', ...none });
  });

  const list = (member: string) => `'${member}' of the target's input must be a list of at most 50.`;
  const long = (member: string, most: number) =>
    `${member} of the target's input must be a text of 1 to ${most} characters.`;
  const type = (index: number, given: string) =>
    `sourceRevisions[${index}].revisionType must be COMMIT_ID, IMAGE_DIGEST, S3_OBJECT_VERSION_ID, S3_OBJECT_KEY, not '${given}'.`;
  const variable = { name: 'a', value: 'b' };

  it.each([
    [{ sourceRevisions: {} }, list('sourceRevisions')],
    [{ sourceRevisions: '' }, list('sourceRevisions')],
    [{ sourceRevisions: Array(51).fill(revision) }, list('sourceRevisions')],
    [{ variables: Array(51).fill(variable) }, list('variables')],
    [{ sourceRevisions: [{ ...revision, revisionType: 'TAG' }] }, type(0, 'TAG')],
    [{ sourceRevisions: [revision, 'x'] }, type(1, '')],
    [
      { sourceRevisions: [revision, { ...revision, revisionValue: '' }] },
      long('sourceRevisions[1].revisionValue', 1500),
    ],
    [
      { sourceRevisions: [{ ...revision, revisionValue: 'r'.repeat(1501) }] },
      long('sourceRevisions[0].revisionValue', 1500),
    ],
    [{ sourceRevisions: [{ ...revision, actionName: 'a'.repeat(101) }] }, long('sourceRevisions[0].actionName', 100)],
    [{ sourceRevisions: [{ ...revision, actionName: undefined }] }, long('sourceRevisions[0].actionName', 100)],
    [{ variables: [variable, { name: 'a', value: 1 }] }, long('variables[1].value', 1000)],
    [{ variables: [{ name: 'a', value: 'b'.repeat(1001) }] }, long('variables[0].value', 1000)],
    [{ variables: [{ name: 'a'.repeat(129), value: 'b' }] }, long('variables[0].name', 128)],
    [{ variables: [{ name: '', value: 'b' }] }, long('variables[0].name', 128)],
  ])('is refused where it has the shape and breaks it: %#', (input, message) => {
    expect(() => readStartInput(input)).toThrow(expect.objectContaining({ code: 'ValidationException', message }));
  });
});

describe('an alias', () => {
  const encoded = (name: string) => `enc-${Buffer.from(name).toString('base64url')}`;

  it.each(['web', 'web-site_2', '_', 'ENC-x'])('is of the pipeline of its name: %s', (name) => {
    expect(pipelineOfAlias(name)).toBe(name);
  });

  it.each(['web.site', 'a@b', '2024', 'enc-odd', 'a', 'ab', 'abc'])('may hold any name in base64url: %s', (name) => {
    expect(pipelineOfAlias(encoded(name))).toBe(name);
  });

  it.each(['enc-', 'enc-!', `${encoded('web')}!`, encoded('a/b'), encoded('é')])('is of no pipeline: %s', (alias) => {
    expect(pipelineOfAlias(alias)).toBeUndefined();
  });
});
