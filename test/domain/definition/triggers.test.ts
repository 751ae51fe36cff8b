import { describe, expect, it } from 'vitest';
import type { GitFilters, PipelineDeclaration } from '../../../functions/domain/declaration.ts';
import type { At } from '../../../functions/domain/definition/breach.ts';
import { checkTriggers } from '../../../functions/domain/definition/triggers.ts';
import { approval, pipeline, source, stage } from '../definitions.ts';

const connected = (name: string) =>
  source(name, {
    actionTypeId: { category: 'Source', owner: 'AWS', provider: 'CodeStarSourceConnection', version: '1' },
  });
const trigger = (sourceActionName: string, filters: GitFilters) =>
  ({ providerType: 'CodeStarSourceConnection', gitConfiguration: { sourceActionName, ...filters } }) as const;
const withTriggers = (...triggers: ReturnType<typeof trigger>[]): PipelineDeclaration =>
  pipeline([], {
    stages: [
      stage('Source', connected('Clone'), connected('Docs'), source()),
      stage('Late', connected('Late'), approval()),
    ],
    triggers,
  });
/** What is said of a definition, and where. */
const said = (definition: PipelineDeclaration): readonly (readonly [string, At])[] =>
  [...checkTriggers(definition)].map(({ refusal, at }) => {
    expect(refusal.code).toBe('InvalidStructureException');
    return [refusal.message, at];
  });
const onMain: GitFilters = { push: [{ branches: { includes: ['main'] } }] };
const named = (index: number): At => ['triggers', index, 'gitConfiguration', 'sourceActionName'];

describe('triggers', () => {
  it.each([
    ['none', pipeline([])],
    ['an empty list', withTriggers()],
    ['none, without a stage', pipeline([], { stages: [] })],
    ['one of each connection', withTriggers(trigger('Clone', onMain), trigger('Docs', onMain))],
  ])('may be %s', (_, definition) => {
    expect(said(definition)).toEqual([]);
  });

  it('are of a connection of the first stage, and the only ones of it', () => {
    const definition = withTriggers(
      trigger('Clone', onMain),
      trigger('Fetch', onMain),
      trigger('Clone', onMain),
      trigger('Late', onMain),
    );
    const unfit = (name: string) =>
      `A trigger must reference a CodeStarSourceConnection action. '${name}' is no such action of the first stage.`;

    expect(said(definition)).toEqual([
      [unfit('Fetch'), named(1)],
      [unfit('Late'), named(3)],
      ["Source action 'Clone' has more than one trigger. An action can have one.", named(2)],
    ]);
  });

  it('have filters', () => {
    const without = "The trigger of source action 'Docs' has neither push nor pullRequest. It must have one of them.";

    expect(said(withTriggers(trigger('Clone', onMain), trigger('Docs', {})))).toEqual([
      [without, ['triggers', 1, 'gitConfiguration']],
    ]);
    expect(said(withTriggers(trigger('Clone', { push: [], pullRequest: [{}] })))).toEqual([]);
  });
});

describe('the bytes of all triggers', () => {
  const most = 204_800;
  /** The text is a name, as long patterns take long to read. */
  const of = (text: string) =>
    pipeline([], { stages: [stage('Source', connected(text))], triggers: [trigger(text, onMain)] });
  const around = Buffer.byteLength(JSON.stringify(of('').triggers));
  const characters = ['a', '\u007f', '\u0080', '\u07ff', '\u0800', '\uffff', '\u{10000}', '\u{10ffff}'];

  it.each(characters)('are counted as UTF-8 has them: %j', (character) => {
    const left = most - around - Buffer.byteLength(character);

    expect(said(of(`${character}${'a'.repeat(left)}`))).toEqual([]);
    expect(said(of(`${character}${'a'.repeat(left + 1)}`))).toEqual([
      ['The triggers have 204801 bytes. They can have 204800.', ['triggers']],
    ]);
  });
});

describe('the filters of a trigger', () => {
  const told = "The trigger of source action 'Clone' has";
  const at = (kind: string, ...rest: At): At => ['triggers', 0, 'gitConfiguration', kind, ...rest];
  const twice = (kind: string) => `${told} the same ${kind} filter more than once.`;

  it.each<[GitFilters, string, number]>([
    [{ push: [{}, { tags: { includes: ['a', 'b'] } }, { tags: { includes: ['b', 'a'] } }] }, 'push', 2],
    [{ push: [{ branches: { excludes: ['a', 'b'] } }, { branches: { excludes: ['b', 'a'] } }] }, 'push', 1],
    [{ push: [{ filePaths: { includes: ['a'] } }, { filePaths: { includes: ['a'] } }] }, 'push', 1],
    [{ pullRequest: [{ events: ['OPEN', 'CLOSED'] }, { events: ['CLOSED', 'OPEN'] }] }, 'pullRequest', 1],
  ])('are there once, in whatever order: %j', (filters, kind, index) => {
    expect(said(withTriggers(trigger('Clone', filters)))).toEqual([[twice(kind), at(kind, index)]]);
  });

  it.each<GitFilters>([
    { push: [{}], pullRequest: [{}] },
    {
      push: [
        { branches: { includes: ['a'] } },
        { branches: { includes: ['b'] } },
        { branches: { includes: ['a', 'b'] } },
      ],
    },
    { push: [{ branches: { includes: ['a'] } }, { branches: { excludes: ['a'] } }] },
    { push: [{ branches: { excludes: ['a'] } }, { branches: { excludes: ['b'] } }] },
    { push: [{ branches: { includes: ['a'] } }, { tags: { includes: ['a'] } }, { filePaths: { includes: ['a'] } }] },
    { push: [{ branches: { includes: ['a'] } }, { branches: { includes: ['a'] }, filePaths: { includes: ['a'] } }] },
    { pullRequest: [{ events: ['OPEN'] }, { events: ['CLOSED'] }, {}] },
  ])('are told apart by all that they name: %j', (filters) => {
    expect(said(withTriggers(trigger('Clone', filters)))).toEqual([]);
  });

  it.each<[GitFilters, string, string, At]>([
    [{ push: [{}, { tags: { includes: ['v*', '[a'] } }] }, 'push', 'tags', at('push', 1, 'tags', 'includes', 1)],
    [{ push: [{ branches: { excludes: ['[a'] } }] }, 'push', 'branches', at('push', 0, 'branches', 'excludes', 0)],
    [
      { pullRequest: [{ filePaths: { includes: ['[a'] } }] },
      'pullRequest',
      'filePaths',
      at('pullRequest', 0, 'filePaths', 'includes', 0),
    ],
  ])('have patterns that can be read: %j', (filters, kind, what, where) => {
    const message = `${told} in a ${kind} filter the pattern '[a' of ${what}. '[' has no ']'.`;

    expect(said(withTriggers(trigger('Clone', filters)))).toEqual([[message, where]]);
  });

  it('are left in the order in which they were given', () => {
    const includes = ['b', 'a'];

    said(withTriggers(trigger('Clone', { push: [{ branches: { includes } }] })));

    expect(includes).toEqual(['b', 'a']);
  });
});
