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
    [{ sourceRevisions: {} }, "'sourceRevisions' of the target's input must be a list"],
    [{ variables: Array(51).fill({ name: 'a', value: 'b' }) }, "'variables' of the target's input must be a list"],
    [{ sourceRevisions: [{ ...revision, revisionType: 'TAG' }] }, 'sourceRevisions[0].revisionType must be'],
    [{ sourceRevisions: [revision, { ...revision, revisionValue: '' }] }, 'sourceRevisions[1].revisionValue'],
    [{ sourceRevisions: ['x'] }, 'sourceRevisions[0].revisionType'],
    [{ variables: [{ name: 'a', value: 1 }] }, 'variables[0].value'],
    [{ variables: [{ name: 'a'.repeat(129), value: 'b' }] }, 'variables[0].name'],
  ])('is refused where it has the shape and breaks it: %#', (input, message) => {
    expect(() => readStartInput(input)).toThrow(message);
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

  it.each(['enc-', 'enc-!', encoded('a/b'), encoded('é')])('is of no pipeline: %s', (alias) => {
    expect(pipelineOfAlias(alias)).toBeUndefined();
  });
});
