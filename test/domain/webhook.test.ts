import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ActionDeclaration, PipelineDeclaration } from '../../functions/domain/declaration.ts';
import {
  acceptAuthentication,
  acceptFilters,
  fits,
  hasPlaceholder,
  isAllowedFrom,
  keepWebhookSecret,
  maskWebhook,
  sourceAction,
  targetOf,
  type WebhookDefinition,
  type WebhookFilter,
} from '../../functions/domain/webhook.ts';

const definition: WebhookDefinition = {
  name: 'hook',
  targetPipeline: 'web',
  targetAction: 'Fetch',
  filters: [],
  authentication: 'GITHUB_HMAC',
  authenticationConfiguration: { SecretToken: 'secret' },
};
const type = (category: 'Source' | 'Build', provider: string) => ({
  category,
  owner: 'AWS' as const,
  provider,
  version: '1',
});
const fetching: ActionDeclaration = {
  name: 'Fetch',
  actionTypeId: type('Source', 'CodeStarSourceConnection'),
  configuration: { BranchName: 'main', FullRepositoryId: 'team/app' },
};
const pipeline: PipelineDeclaration = {
  name: 'web',
  roleArn: 'arn:aws:iam::123456789012:role/web',
  stages: [
    { name: 'Source', actions: [fetching, { name: 'Odd', actionTypeId: type('Build', 'CodeBuild') }] },
    { name: 'Build', actions: [{ name: 'Late', actionTypeId: type('Source', 'S3') }] },
  ],
};

describe('the authentication of a webhook', () => {
  it.each<[WebhookDefinition['authentication'], WebhookDefinition['authenticationConfiguration']]>([
    ['GITHUB_HMAC', { SecretToken: 's' }],
    ['IP', { AllowedIPRange: '0.0.0.0/0' }],
    ['IP', { AllowedIPRange: '192.0.2.7/32' }],
    ['IP', { AllowedIPRange: '192.168.210.4/8' }],
    ['IP', { AllowedIPRange: '2001:db8::/128' }],
    ['IP', { AllowedIPRange: '2001:db8::/32' }],
    ['IP', { AllowedIPRange: '::/0' }],
    ['UNAUTHENTICATED', {}],
  ])('%s takes %j', (authentication, authenticationConfiguration) => {
    expect(() => acceptAuthentication({ ...definition, authentication, authenticationConfiguration })).not.toThrow();
  });

  it.each<[WebhookDefinition['authentication'], WebhookDefinition['authenticationConfiguration'], string]>([
    ['GITHUB_HMAC', {}, 'only one property: SecretToken'],
    ['GITHUB_HMAC', { AllowedIPRange: '10.0.0.0/8' }, 'only one property: SecretToken'],
    ['GITHUB_HMAC', { SecretToken: 's', AllowedIPRange: '10.0.0.0/8' }, 'only one property: SecretToken'],
    ['IP', {}, 'only one property: AllowedIPRange'],
    ['IP', { SecretToken: 'hidden' }, 'only one property: AllowedIPRange'],
    ['UNAUTHENTICATED', { SecretToken: 'hidden' }, 'should be empty for UNAUTHENTICATED'],
    ['UNAUTHENTICATED', { AllowedIPRange: '10.0.0.0/8' }, 'should be empty for UNAUTHENTICATED'],
    ...[
      '10.0.0.1',
      '10.0.0.0/33',
      '10.0.0/8',
      '010.0.0.0/8',
      '0x0a.0.0.0/8',
      '10.0.0.256/8',
      '10.0.0.0/08',
      '10.0.0.0/8/8',
      '10.0.0.0/',
      '2001:db8::/129',
      '2001:db8::1::/64',
      'fe80::1%eth0/64',
      '[::1]/128',
      'example.com/8',
      '10.0.0.0/8 ',
      ' 2001:db8::/32',
      '2001:db8::/32 ',
      'a:b',
    ].map((AllowedIPRange): ['IP', { AllowedIPRange: string }, string] => [
      'IP',
      { AllowedIPRange },
      'is not a CIDR block',
    ]),
  ])('%s refuses %j', (authentication, authenticationConfiguration, says) => {
    const accept = () => acceptAuthentication({ ...definition, authentication, authenticationConfiguration });

    expect(accept).toThrow(
      expect.objectContaining({
        code: 'InvalidWebhookAuthenticationParametersException',
        message: expect.stringContaining(says),
      }),
    );
    expect(accept).not.toThrow(/hidden/);
  });

  it('is shown with its secret masked, and a mask that comes back is the secret', () => {
    const shown = maskWebhook(definition);

    expect(shown.authenticationConfiguration).toEqual({ SecretToken: '****' });
    expect(keepWebhookSecret(shown, 'secret')).toEqual(definition);
    expect(keepWebhookSecret(definition, 'another')).toEqual(definition);
    expect(() => keepWebhookSecret(shown, undefined)).toThrow(
      expect.objectContaining({
        code: 'InvalidWebhookAuthenticationParametersException',
        message: "SecretToken is '****', which can be used only when updating a webhook that has a secret.",
      }),
    );
    const open: WebhookDefinition = {
      ...definition,
      authentication: 'UNAUTHENTICATED',
      authenticationConfiguration: {},
    };
    expect(maskWebhook(open)).toStrictEqual(open);
  });

  it('has no secret in a block of addresses, which is shown as it is', () => {
    const AllowedIPRange = '192.0.2.0/24';
    const both = { ...definition, authenticationConfiguration: { AllowedIPRange, SecretToken: 'secret' } };

    expect(maskWebhook({ ...both, authenticationConfiguration: { AllowedIPRange } })).toStrictEqual({
      ...both,
      authenticationConfiguration: { AllowedIPRange },
    });
    expect(maskWebhook(both).authenticationConfiguration).toEqual({ AllowedIPRange, SecretToken: '****' });
  });

  it.each<[WebhookDefinition['authentication'], WebhookDefinition['authenticationConfiguration'], string]>([
    [
      'GITHUB_HMAC',
      {},
      'authenticationConfiguration should contain only one property: SecretToken (authentication is GITHUB_HMAC)',
    ],
    [
      'IP',
      { SecretToken: 's' },
      'authenticationConfiguration should contain only one property: AllowedIPRange (authentication is IP)',
    ],
    ['UNAUTHENTICATED', { SecretToken: 's' }, 'authenticationConfiguration should be empty for UNAUTHENTICATED'],
    [
      'IP',
      { AllowedIPRange: '10.0.0.1' },
      "AllowedIPRange '10.0.0.1' is not a CIDR block such as 192.0.2.0/24 or 2001:db8::/32.",
    ],
  ])('says what is wrong with that of %s: %j', (authentication, authenticationConfiguration, says) => {
    const given = { ...definition, authentication, authenticationConfiguration };

    expect(() => acceptAuthentication(given)).toThrow(expect.objectContaining({ message: says }));
  });
});

describe('a block of addresses', () => {
  it.each([
    ['192.0.2.0/24', '192.0.2.255', true],
    ['192.0.2.0/24', '192.0.3.0', false],
    ['192.0.2.77/24', '192.0.2.1', true],
    ['0.0.0.0/0', '203.0.113.7', true],
    ['0.0.0.0/0', '2001:db8::1', false],
    ['192.0.2.0/24', '::ffff:192.0.2.9', true],
    ['192.0.2.0/24', '::FFFF:192.0.2.9', true],
    ['2001:db8::/32', '2001:db8:ffff::1', true],
    ['2001:db8::/32', '2001:db9::1', false],
    ['::/0', '192.0.2.1', false],
    ['192.0.2.7/32', '192.0.2.7', true],
    ['192.0.2.7/32', 'unknown', false],
    ['no block', '192.0.2.7', false],
    ['64::/16', '64::ffff:192.0.2.9', true],
    ['192.0.2.7/32', '', false],
  ])('%s and a request from %s: %j', (range, from, allowed) => {
    expect(isAllowedFrom(from, range)).toBe(allowed);
  });

  it('takes exactly the addresses that share its first bits', () => {
    const address = fc.nat({ max: 2 ** 32 - 1 });
    const spelled = (bits: number) => [24, 16, 8, 0].map((shift) => (bits >>> shift) & 255).join('.');
    fc.assert(
      fc.property(address, address, fc.nat({ max: 32 }), (block, from, length) => {
        const shares = length === 0 || block >>> (32 - length) === from >>> (32 - length);

        expect(isAllowedFrom(spelled(from), `${spelled(block)}/${length}`)).toBe(shares);
      }),
    );
  });
});

describe('the target of a webhook', () => {
  it('is a source action of the first stage', () => {
    expect(targetOf(pipeline, definition)).toBe(fetching);
  });

  it.each(['Nobody', 'Odd', 'Late'])('cannot be %s', (targetAction) => {
    expect(sourceAction(pipeline, targetAction)).toBeUndefined();
    expect(() => targetOf(pipeline, { ...definition, targetAction })).toThrow(
      expect.objectContaining({
        code: 'ValidationException',
        message: `The targetAction '${targetAction}' is not a source action of the first stage of pipeline 'web'.`,
      }),
    );
  });

  it('is nothing in a pipeline without stages', () => {
    expect(sourceAction({ ...pipeline, stages: [] }, 'Fetch')).toBeUndefined();
  });
});

describe('the filters of a webhook', () => {
  const body = {
    ref: 'refs/heads/main',
    empty: '',
    number: 7,
    deleted: false,
    head: null,
    tags: ['a', 'b'],
    repository: { name: 'app' },
  };
  const configuration = fetching.configuration ?? {};

  it.each<[boolean, readonly WebhookFilter[]]>([
    [true, []],
    [true, [{ jsonPath: '$.ref', matchEquals: 'refs/heads/main' }]],
    [true, [{ jsonPath: '$.ref', matchEquals: 'refs/heads/{BranchName}' }]],
    [true, [{ jsonPath: '$.ref' }, { jsonPath: '$.repository.name', matchEquals: 'app' }]],
    [true, [{ jsonPath: '$.number', matchEquals: '7' }]],
    [true, [{ jsonPath: '$.deleted', matchEquals: 'false' }]],
    [true, [{ jsonPath: '$.head', matchEquals: 'null' }]],
    [true, [{ jsonPath: '$.tags[*]', matchEquals: 'b' }]],
    [true, [{ jsonPath: '$.repository' }]],
    [false, [{ jsonPath: '$.ref', matchEquals: 'refs/heads/Main' }]],
    [false, [{ jsonPath: '$.ref', matchEquals: 'refs/heads/{Branch}' }]],
    [
      false,
      [
        { jsonPath: '$.ref', matchEquals: 'refs/heads/main' },
        { jsonPath: '$.ref', matchEquals: 'other' },
      ],
    ],
    [false, [{ jsonPath: '$.missing' }]],
    [false, [{ jsonPath: '$.repository', matchEquals: '[object Object]' }]],
    [false, [{ jsonPath: '$.tags', matchEquals: 'a,b' }]],
    [false, [{ jsonPath: '$.ref', matchEquals: '{toString}' }]],
    [false, [{ jsonPath: '$.empty', matchEquals: '{Gone}' }]],
    [false, [{ jsonPath: '$.repository', matchEquals: '{Gone}' }]],
  ])('fit: %j for %j', (fit, filters) => {
    expect(fits(filters, body, configuration)).toBe(fit);
  });

  it('fill values of the configuration in as they are, once', () => {
    const filters = [{ jsonPath: '$.ref', matchEquals: '{A}-{B}' }];
    const values = { A: '$& {B}', B: '{A}' };

    expect(fits(filters, { ref: '$& {B}-{A}' }, values)).toBe(true);
    expect(fits(filters, { ref: '{A}-{A}' }, values)).toBe(false);
  });

  it.each([
    ['{A}', true],
    ['x{A-b_1}', true],
    ['{}', false],
    ['{ A }', false],
    ['A', false],
    [undefined, false],
  ])('name a member of the configuration in %j: %j', (matchEquals, has) => {
    expect(hasPlaceholder({ jsonPath: '$.ref', ...(matchEquals === undefined ? {} : { matchEquals }) })).toBe(has);
  });

  it('all have to fit', () => {
    const filter = fc.constantFrom<WebhookFilter>(
      { jsonPath: '$.ref' },
      { jsonPath: '$.ref', matchEquals: 'x' },
      { jsonPath: '$.number', matchEquals: '7' },
      { jsonPath: '$.none' },
    );
    fc.assert(
      fc.property(fc.array(filter, { maxLength: 5 }), (filters) => {
        const each = filters.map((one) => fits([one], body, configuration));

        expect(fits(filters, body, configuration)).toBe(!each.includes(false));
      }),
    );
  });

  const secret = (key: string, text: string) =>
    `{${key}} of matchEquals '${text}' is a secret, which is compared with nothing.`;
  const missing = (key: string, text: string) =>
    `{${key}} of matchEquals '${text}' is not in the configuration of action 'Fetch'.`;

  it.each([
    ['{Branch}', missing('Branch', '{Branch}')],
    ['{BranchName}/{Branch}', missing('Branch', '{BranchName}/{Branch}')],
    ['{constructor}', missing('constructor', '{constructor}')],
    ['{OAuthToken}', secret('OAuthToken', '{OAuthToken}')],
    ['{BranchName}{OAuthToken}', secret('OAuthToken', '{BranchName}{OAuthToken}')],
  ])('refuse %s, after one that is right', (matchEquals, message) => {
    const filters = [
      { jsonPath: '$.ref', matchEquals: '{BranchName}' },
      { jsonPath: '$.ref', matchEquals },
    ];

    expect(() => acceptFilters(filters, fetching, ['OAuthToken'])).toThrow(
      expect.objectContaining({ code: 'InvalidWebhookFilterPatternException', message }),
    );
  });

  it('refuse a path that is not understood', () => {
    expect(() => acceptFilters([{ jsonPath: '$.ref' }, { jsonPath: '$..ref' }], fetching, [])).toThrow(
      expect.objectContaining({
        code: 'InvalidWebhookFilterPatternException',
        message: expect.stringContaining('$..ref'),
      }),
    );
  });

  it('refuse every member of a configuration that is not there', () => {
    const { configuration: _, ...bare } = fetching;

    expect(() => acceptFilters([{ jsonPath: '$.ref', matchEquals: '{BranchName}' }], bare, [])).toThrow(
      missing('BranchName', '{BranchName}'),
    );
  });

  it.each([
    [50, true],
    [51, false],
  ])('name members of at most fifty characters: %d', (length, has) => {
    const matchEquals = `{${'k'.repeat(length)}}`;

    expect(hasPlaceholder({ jsonPath: '$.ref', matchEquals })).toBe(has);
  });

  it.each(['{BranchName}', '{FullRepositoryId}:{BranchName}', '{"a": 1}', '{}', '{ BranchName }'])(
    'take %s',
    (matchEquals) => {
      expect(() => acceptFilters([{ jsonPath: '$.ref', matchEquals }], fetching, ['OAuthToken'])).not.toThrow();
    },
  );
});
