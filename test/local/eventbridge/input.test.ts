import { describe, expect, it } from 'vitest';
import { inputMistake, payloadFor } from '../../../local/eventbridge/input.ts';
import type { Target } from '../../../local/eventbridge/store.ts';

const event = {
  version: '0',
  id: 'e1',
  'detail-type': 'Thing Happened',
  source: 'app',
  account: '000000000000',
  time: '2026-03-02T08:15:04Z',
  region: 'us-east-1',
  resources: ['arn:a'],
  detail: { name: 'O"Hara\n', n: 5, tags: ['x', 'y'], 'odd key': { deep: true } },
} as const;
const occasion = { ruleArn: 'arn:rule', ruleName: 'rule', ingested: '2026-03-02T08:15:04.123Z' };
const target = (members: Partial<Target>): Target => ({
  Id: 't',
  Arn: 'arn:aws:sqs:us-east-1:000000000000:q',
  ...members,
});
const payload = (members: Partial<Target>) => payloadFor(target(members), event, occasion);
const template = (InputTemplate: string, InputPathsMap: Record<string, string> = {}) =>
  payload({ InputTransformer: { InputPathsMap, InputTemplate } });

describe('a target gets', () => {
  it('the event when it asks for nothing else', () => {
    expect(JSON.parse(payload({}))).toEqual(event);
  });

  it('its constant input', () => {
    expect(payload({ Input: '{"a": 1}' })).toBe('{"a": 1}');
  });

  it.each([
    ['$.detail.n', '5'],
    ['$.detail.tags[1]', '"y"'],
    ["$.detail['odd key'].deep", 'true'],
    ['$["detail-type"]', '"Thing Happened"'],
    ['$.detail-type', '"Thing Happened"'],
    ['$.detail.nothing', '{}'],
    ['$.detail.constructor', '{}'],
  ])('the part at %s', (InputPath, expected) => {
    expect(payload({ InputPath })).toBe(expected);
  });

  it('JSON where a placeholder stands alone', () => {
    const filled = template('{"who": <who>, "n": <n>, "tags": <tags>}', {
      who: '$.detail.name',
      n: '$.detail.n',
      tags: '$.detail.tags',
    });

    expect(JSON.parse(filled)).toEqual({ who: 'O"Hara\n', n: 5, tags: ['x', 'y'] });
  });

  it('escaped text where a placeholder stands inside a text', () => {
    const filled = template('{"text": "<who> has \\"<tags>\\""}', { who: '$.detail.name', tags: '$.detail.tags' });

    expect(JSON.parse(filled)).toEqual({ text: 'O"Hara\n has "["x","y"]"' });
  });

  it('what EventBridge knows of the delivery', () => {
    const filled = template(
      '{"arn": <aws.events.rule-arn>, "name": "<aws.events.rule-name>", "at": <aws.events.event.ingestion-time>, "event": <aws.events.event>}',
    );

    expect(JSON.parse(filled)).toEqual({ arn: 'arn:rule', name: 'rule', at: occasion.ingested, event });
  });

  it('an empty text for what the event does not have', () => {
    expect(JSON.parse(template('{"x": <x>}', { x: '$.detail.nothing' }))).toEqual({ x: '' });
  });
});

it.each<[string, Partial<Target>]>([
  ['two kinds of input', { Input: '{}', InputPath: '$' }],
  ['an input that is no JSON', { Input: '{' }],
  ['a path that is none', { InputPath: 'detail' }],
  ['a path with a wildcard', { InputPath: '$.resources[*]' }],
  ['a template that is no JSON', { InputTransformer: { InputTemplate: 'hello' } }],
  ['a placeholder without a path', { InputTransformer: { InputTemplate: '{"a": <b>}' } }],
  ['a path of the map that is none', { InputTransformer: { InputPathsMap: { a: 'x' }, InputTemplate: '"<a>"' } }],
  ['a reserved name', { InputTransformer: { InputPathsMap: { awsThing: '$' }, InputTemplate: '"x"' } }],
])('refuses %s', (_what, members) => {
  expect(inputMistake(target(members))).toMatch(/\.$/);
});
