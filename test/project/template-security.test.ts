import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { isMap, type Value, type ValueMap } from '../../local/template/document.ts';
import { readTemplate, type TemplateResource } from '../../local/template/template.ts';

const root = join(import.meta.dirname, '..', '..');

/** The template with all that is optional, as SAM expands it. References are still in it. */
const { resources } = readTemplate(join(root, 'template.yaml'), {
  account: '123456789012',
  region: 'eu-west-1',
  partition: 'aws',
  stackName: 'sluice',
  parameters: { ApprovalEmail: 'approver@example.com', PlainProtocol: 'on', PublicConcurrency: '5' },
});

interface Statement {
  /** Of the role, queue or key that the statement stands in. */
  readonly of: string;
  readonly effect: Value;
  readonly principal: Value | undefined;
  readonly actions: readonly string[];
  readonly resources: readonly Value[];
  readonly condition: Value | undefined;
}

const list = (value: Value | undefined): readonly Value[] =>
  Array.isArray(value) ? value : value === undefined ? [] : [value as Value];
const typed = (...types: readonly string[]) => resources.filter(({ type }) => types.includes(type));
const named = (logicalId: string) => resources.find((resource) => resource.logicalId === logicalId)?.properties ?? {};

/** Every statement under a value, wherever it stands. */
function statementsIn(of: string, value: Value | undefined): readonly Statement[] {
  if (Array.isArray(value)) return value.flatMap((each: Value) => statementsIn(of, each));
  if (!isMap(value)) return [];
  if ('Effect' in value) return [statement(of, value)];
  return Object.values(value).flatMap((each) => statementsIn(of, each));
}

function statement(of: string, value: ValueMap): Statement {
  return {
    of,
    effect: value['Effect'] ?? '',
    principal: value['Principal'],
    actions: list(value['Action']).map(String),
    resources: list(value['Resource']),
    condition: value['Condition'],
  };
}

const statementsOf = (found: readonly TemplateResource[], member: string) =>
  found.flatMap(({ logicalId, properties }) => statementsIn(logicalId, properties[member]));

const permissions = [
  ...statementsOf(typed('AWS::IAM::Role'), 'Policies'),
  ...statementsOf(typed('AWS::IAM::Policy', 'AWS::IAM::ManagedPolicy'), 'PolicyDocument'),
];
const trusts = statementsOf(typed('AWS::IAM::Role'), 'AssumeRolePolicyDocument');
const isEvery = (resource: Value) => resource === '*';

/** What docs/security.md excuses: actions, or policies of AWS, that name every resource, each with a reason. */
const excused = new Set(
  [
    ...(readFileSync(join(root, 'docs', 'security.md'), 'utf8')
      .split('## Permissions that name every resource')[1]
      ?.split('\n## ')[0]
      ?.matchAll(/^- (.+?): \S.{20,}$/gm) ?? []),
  ].flatMap(([, names = '']) => [...names.matchAll(/`([^`]+)`/g)].map(([, name = '']) => name)),
);

describe('C26 the permissions of the functions and of the machine', () => {
  it('are found in all roles of the template but that of the project for commands, which may do nothing', () => {
    const withPermissions = new Set(permissions.map(({ of }) => of));
    const without = typed('AWS::IAM::Role').filter(({ logicalId }) => !withPermissions.has(logicalId));

    expect(without.map(({ logicalId }) => logicalId)).toEqual(['CommandsRole']);
    expect(permissions.length).toBeGreaterThan(60);
  });

  it('are those of one function only: no two share a role', () => {
    const roles = typed('AWS::Lambda::Function').map(({ properties }) => JSON.stringify(properties['Role']));

    expect(new Set(roles).size).toBe(roles.length);
    expect(roles.length).toBeGreaterThan(10);
  });

  it('name each action in full, and exclude none', () => {
    const loose = permissions.filter(
      ({ actions }) => actions.length === 0 || actions.some((each) => /[*?]/.test(each)),
    );
    const excluding = permissions.filter(({ resources: each }) => each.length === 0);

    expect([...loose, ...excluding]).toEqual([]);
  });

  it('name every resource only where docs/security.md says why, and it says so of nothing else', () => {
    const actions = permissions.filter(({ resources: each }) => each.some(isEvery)).flatMap((each) => each.actions);
    const managed = typed('AWS::IAM::Role').flatMap(({ properties }) => list(properties['ManagedPolicyArns']));
    const policies = managed.map((arn) => String(arn).replace(/^.*\//, ''));

    expect([...new Set([...actions, ...policies])].sort()).toEqual([...excused].sort());
  });

  it('have no wildcard for a service, a Region, an account or all of a service', () => {
    const arns = permissions
      .flatMap(({ resources: each }) => each.map((one) => (isMap(one) ? one['Fn::Sub'] : one)))
      .filter((each) => typeof each === 'string' && each.startsWith('arn:'))
      .map((each) =>
        String(each)
          .replaceAll(/\$\{[^}]*\}/g, 'X')
          .split(':'),
      );
    const loose = arns.filter(
      (arn) => arn.slice(0, 5).some((part) => part.includes('*')) || arn.slice(5).join(':') === '*',
    );

    expect(arns.length).toBeGreaterThan(5);
    expect(loose).toEqual([]);
  });
});

describe('C27 who becomes whom', () => {
  it('is decided by the services alone: no person and no other account assumes a role of the template', () => {
    const principals = trusts.map(({ principal }) => (isMap(principal) ? Object.keys(principal) : principal));

    expect(trusts.length).toBe(typed('AWS::IAM::Role').length);
    expect(new Set(principals.flat())).toEqual(new Set(['Service']));
  });

  it('is passed on by nobody: no role of the template may pass a role', () => {
    const passing = permissions.filter(({ actions }) => actions.some((each) => /^iam:/i.test(each)));

    expect(passing).toEqual([]);
  });

  it('lets functions assume roles of this account alone, at the path that a parameter names', () => {
    const assuming = permissions.filter(({ actions }) => actions.some((each) => each.startsWith('sts:')));

    expect(assuming.length).toBeGreaterThan(0);
    for (const { actions, resources: each } of assuming) {
      expect(actions).toEqual(['sts:AssumeRole', 'sts:TagSession']);
      expect(JSON.stringify(each)).toContain(`arn:\${AWS::Partition}:iam::\${AWS::AccountId}:role/\${PipelineRoles}`);
    }
  });

  it('lets a service in only for resources of this account', () => {
    const invoking = typed('AWS::Lambda::Permission').filter(({ properties }) => !('SourceArn' in properties));
    const resourcePolicies = [
      ...statementsOf(typed('AWS::SQS::QueuePolicy', 'AWS::S3::BucketPolicy'), 'PolicyDocument'),
      ...statementsOf(typed('AWS::KMS::Key'), 'KeyPolicy'),
    ];
    const open = resourcePolicies.filter(
      ({ effect, principal, condition }) =>
        effect === 'Allow' &&
        !JSON.stringify(principal).includes('AccountId') &&
        !JSON.stringify(condition).includes('aws:SourceAccount'),
    );

    expect(invoking).toEqual([]);
    expect(resourcePolicies.length).toBeGreaterThan(4);
    expect(open).toEqual([]);
  });
});

describe('C24 the bucket of the template', () => {
  const bucket = named('Bucket');
  const policy = statementsIn('BucketPolicy', named('BucketPolicy')['PolicyDocument']);
  const text = (value: unknown) => JSON.stringify(value);

  it('has versions, is encrypted by the key of the stack, and is closed to the public in every way', () => {
    expect(typed('AWS::S3::Bucket')).toHaveLength(1);
    expect(bucket['VersioningConfiguration']).toEqual({ Status: 'Enabled' });
    expect(text(bucket['BucketEncryption'])).toContain('"SSEAlgorithm":"aws:kms","KMSMasterKeyID":{"Fn::GetAtt":');
    expect(bucket['PublicAccessBlockConfiguration']).toEqual({
      BlockPublicAcls: true,
      BlockPublicPolicy: true,
      IgnorePublicAcls: true,
      RestrictPublicBuckets: true,
    });
    expect(text(bucket['OwnershipControls'])).toContain('BucketOwnerEnforced');
  });

  it('allows nobody anything by its policy, and denies everybody what is not over TLS or not by KMS', () => {
    const denied = (condition: object) => policy.find((each) => text(each.condition) === text(condition));
    const key = 's3:x-amz-server-side-encryption';

    const withoutTls = denied({ Bool: { 'aws:SecureTransport': 'false' } });
    const otherEncryption = denied({ StringNotEquals: { [key]: 'aws:kms' }, Null: { [key]: 'false' } });
    const callersKey = denied({ Null: { [`${key}-customer-algorithm`]: 'false' } });

    expect(new Set(policy.map(({ effect }) => effect))).toEqual(new Set(['Deny']));
    expect(new Set(policy.map(({ principal }) => principal))).toEqual(new Set(['*']));
    expect(withoutTls?.actions).toEqual(['s3:*']);
    expect(withoutTls?.resources).toHaveLength(2);
    expect([otherEncryption?.actions, callersKey?.actions]).toEqual([['s3:PutObject'], ['s3:PutObject']]);
  });
});
