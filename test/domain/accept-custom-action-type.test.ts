import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  acceptCustomActionType,
  admitActionType,
  type GivenActionType,
} from '../../functions/domain/accept-custom-action-type.ts';
import { forge, givenType, property } from './custom-type.ts';

describe('a custom action type', () => {
  test('is accepted as it is given, and its owner is Custom', () => {
    const accepted = acceptCustomActionType(givenType());

    expect(accepted).toEqual(forge);
  });

  test('needs no settings and no configuration properties', () => {
    const { settings: _, configurationProperties: __, ...least } = givenType();

    const accepted = acceptCustomActionType(least);

    expect(accepted).not.toHaveProperty('settings');
    expect(accepted.actionConfigurationProperties).toEqual([]);
  });

  const inExecution = (executionUrlTemplate: string): Partial<GivenActionType> => ({
    settings: { executionUrlTemplate },
  });

  test.each<{ name: string; more: Partial<GivenActionType> }>([
    { name: 'counts that are equal', more: { inputArtifactDetails: { minimumCount: 5, maximumCount: 5 } } },
    {
      name: 'a property that is said to be not queryable',
      more: { configurationProperties: [property('Project', { queryable: false })] },
    },
    { name: 'braces that hold no placeholder', more: inExecution('https://x.example/{a}?q={}') },
    { name: 'a placeholder twice', more: inExecution('{Config:Project}{Config:Project}') },
  ])('may have $name', ({ more }) => {
    const accept = () => acceptCustomActionType(givenType(more));

    expect(accept).not.toThrow();
  });

  test.each<{ name: string; more: Partial<GivenActionType>; says: string }>([
    {
      name: 'fewer inputs at most than at least',
      more: { inputArtifactDetails: { minimumCount: 3, maximumCount: 2 } },
      says: 'The maximum count (2) of inputArtifactDetails has to be greater than or equal to minimum count (3).',
    },
    {
      name: 'fewer outputs at most than at least',
      more: { outputArtifactDetails: { minimumCount: 1, maximumCount: 0 } },
      says: 'The maximum count (0) of outputArtifactDetails has to be greater than or equal to minimum count (1).',
    },
    {
      name: 'a property twice',
      more: { settings: {}, configurationProperties: [property('a'), property('b'), property('a')] },
      says: "The configuration property 'a' is given more than once.",
    },
    {
      name: 'two queryable properties',
      more: { settings: {}, configurationProperties: ['a', 'b'].map((name) => property(name, { queryable: true })) },
      says: 'There are multiple queryable configuration properties: a, b. An action type can have up to one.',
    },
    {
      name: 'a queryable property that may be left out',
      more: { settings: {}, configurationProperties: [property('a', { queryable: true, required: false })] },
      says: "The queryable configuration property 'a' must be required and non-secret.",
    },
    {
      name: 'a queryable secret',
      more: { settings: {}, configurationProperties: [property('a', { queryable: true, secret: true })] },
      says: "The queryable configuration property 'a' must be required and non-secret.",
    },
    {
      name: 'a link with a property that it does not have',
      more: inExecution('https://x.example/{Config:Other}'),
      says: 'executionUrlTemplate has {Config:Other}, which must name a required, non-secret configuration property.',
    },
    {
      name: 'a link with a property of no name',
      more: inExecution('{Config:}'),
      says: 'executionUrlTemplate has {Config:}, which must name',
    },
    {
      name: 'a link with a secret',
      more: {
        settings: { revisionUrlTemplate: 'https://x.example/{Config:a}' },
        configurationProperties: [property('a', { secret: true })],
      },
      says: 'revisionUrlTemplate has {Config:a}, which must name a required, non-secret',
    },
    {
      name: 'a link with a property that may be left out',
      more: {
        settings: { entityUrlTemplate: '{Config:a}' },
        configurationProperties: [property('a', { required: false })],
      },
      says: 'entityUrlTemplate has {Config:a}, which must name a required, non-secret',
    },
    {
      name: 'the id of an execution in the link of an action',
      more: { settings: { entityUrlTemplate: 'https://x.example/{ExternalExecutionId}' } },
      says: 'entityUrlTemplate has {ExternalExecutionId}, which only executionUrlTemplate can have.',
    },
  ])('with $name is refused', ({ more, says }) => {
    const accept = () => acceptCustomActionType(givenType(more));

    expect(accept).toThrow(
      expect.objectContaining({ code: 'ValidationException', message: expect.stringContaining(says) }),
    );
  });

  test('that is accepted never has a secret in a link, whatever its properties are', () => {
    const properties = fc.uniqueArray(
      fc.record({
        name: fc.constantFrom('a', 'b', 'c'),
        required: fc.boolean(),
        key: fc.boolean(),
        secret: fc.boolean(),
        queryable: fc.boolean(),
      }),
      { selector: ({ name }) => name },
    );
    const template = fc.array(
      fc.constantFrom('{Config:a}', '{Config:b}', '{Config:', 'c', '}', '{ExternalExecutionId}'),
    );

    fc.assert(
      fc.property(properties, template, (configurationProperties, parts) => {
        const text = parts.join('');
        const outcome = attempt(() =>
          acceptCustomActionType(givenType({ configurationProperties, settings: { executionUrlTemplate: text } })),
        );
        const named = (name: string) => text.includes(`{Config:${name}}`);
        const hidden = configurationProperties.some(({ name, secret }) => secret && named(name));

        expect(outcome === 'accepted' && hidden).toBe(false);
      }),
    );
  });
});

describe('a type that comes to others', () => {
  const kept = (deleted: boolean) => ({ type: forge, deleted });

  test.each([
    { name: 'that never was', found: undefined, live: 49 },
    { name: 'that was deleted, with the same definition', found: kept(true), live: 0 },
    {
      name: 'that was deleted, with the defaults said and the links in another order',
      found: {
        deleted: true,
        type: {
          ...forge,
          settings: Object.fromEntries(Object.entries(forge.settings ?? {}).reverse()),
          actionConfigurationProperties: forge.actionConfigurationProperties.map((each) => ({
            ...each,
            queryable: each.queryable ?? false,
            description: each.description ?? '',
            type: 'String' as const,
          })),
        },
      },
      live: 1,
    },
  ])('is let in when it is one $name', ({ found, live }) => {
    const admit = () => admitActionType(forge, found, live);

    expect(admit).not.toThrow();
  });

  test.each([
    {
      name: 'is there',
      found: kept(false),
      live: 1,
      code: 'ActionTypeAlreadyExistsException',
      says: "Provider: 'Forge'",
    },
    {
      name: 'is one of too many',
      found: undefined,
      live: 50,
      code: 'LimitExceededException',
      says: 'There are 50 custom action types; at most 50 can be.',
    },
  ])('is refused when it $name', ({ found, live, code, says }) => {
    const admit = () => admitActionType(forge, found, live);

    expect(admit).toThrow(expect.objectContaining({ code, message: expect.stringContaining(says) }));
  });

  test.each<[string, Partial<GivenActionType>]>([
    ['a count', { inputArtifactDetails: { minimumCount: 0, maximumCount: 1 } }],
    ['a link', { settings: { thirdPartyConfigurationUrl: 'https://forge.example' } }],
    ['a property less', { configurationProperties: [property('Project', { queryable: true })] }],
    [
      'a secret',
      { configurationProperties: [property('Project'), property('Token', { required: false, key: false })] },
    ],
  ])('does not come back after its deletion with %s changed', (_, more) => {
    const admit = () => admitActionType(acceptCustomActionType(givenType(more)), kept(true), 0);

    expect(admit).toThrow(
      expect.objectContaining({
        code: 'ValidationException',
        message: expect.stringContaining('was deleted, and may come back only with the definition that it had'),
      }),
    );
  });
});

function attempt(act: () => unknown): 'accepted' | 'refused' {
  try {
    act();
    return 'accepted';
  } catch {
    return 'refused';
  }
}
