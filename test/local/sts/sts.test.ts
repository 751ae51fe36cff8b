import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import {
  AssumeRoleCommand,
  type AssumeRoleCommandInput,
  GetAccessKeyInfoCommand,
  GetCallerIdentityCommand,
  GetSessionTokenCommand,
  STSClient,
} from '@aws-sdk/client-sts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openSts } from '../../../local/sts/sts.ts';
import { newContext, openTestGateway } from '../gateway/test-gateway.ts';

const role = 'arn:aws:iam::000000000000:role/path/Deploy';
let context: ReturnType<typeof newContext>;
let gateway: Awaited<ReturnType<typeof openTestGateway>>;
let sts: STSClient;

beforeEach(async () => {
  context = newContext();
  gateway = await openTestGateway(context, []);
  sts = new STSClient(gateway.client);
});
afterEach(() => gateway.close());

/** A client with the credentials of a role's session. */
async function assumed(input: Partial<AssumeRoleCommandInput> = {}): Promise<STSClient> {
  const { Credentials } = await sts.send(new AssumeRoleCommand({ RoleArn: role, RoleSessionName: 'first', ...input }));
  const { AccessKeyId = '', SecretAccessKey = '', SessionToken = '' } = Credentials ?? {};
  const credentials = { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey, sessionToken: SessionToken };
  return new STSClient({ ...gateway.client, credentials });
}

function assume(client: STSClient, input: Partial<AssumeRoleCommandInput>) {
  return client.send(new AssumeRoleCommand({ RoleArn: role, RoleSessionName: 'session', ...input }));
}

describe('GetCallerIdentity', () => {
  it('tells the administrator', async () => {
    const identity = await sts.send(new GetCallerIdentityCommand({}));

    expect(identity).toMatchObject({
      Account: '000000000000',
      Arn: 'arn:aws:iam::000000000000:root',
      UserId: '000000000000',
    });
  });

  it('tells the session of a role, without the path of the role', async () => {
    const client = await assumed();

    const identity = await client.send(new GetCallerIdentityCommand({}));

    expect(identity).toMatchObject({
      Arn: 'arn:aws:sts::000000000000:assumed-role/Deploy/first',
      UserId: expect.stringMatching(/^AROA[A-Z2-7]{17}:first$/),
    });
  });
});

describe('AssumeRole', () => {
  it('hands out credentials for the time that is asked', async () => {
    const { Credentials, AssumedRoleUser } = await assume(sts, { DurationSeconds: 43_200 });

    expect(Credentials?.AccessKeyId).toMatch(/^ASIA[A-Z2-7]{16}$/);
    expect(Credentials?.SecretAccessKey).toHaveLength(40);
    expect(AssumedRoleUser?.Arn).toBe('arn:aws:sts::000000000000:assumed-role/Deploy/session');
    const seconds = ((Credentials?.Expiration?.getTime() ?? 0) - context.clock.now()) / 1000;
    expect(Math.round(seconds / 60)).toBe(720);
  });

  it('keeps what was agreed with the session', async () => {
    const Policy = '{"Version":"2012-10-17","Statement":[]}';
    const Tags = [
      { Key: 'pipeline', Value: 'web app@1' },
      { Key: 'run', Value: '' },
    ];
    const terms = { ExternalId: 'arn:aws:x', Policy, Tags, TransitiveTagKeys: ['pipeline'], SourceIdentity: 'ada' };

    const { Credentials, SourceIdentity } = await assume(sts, terms);

    expect(SourceIdentity).toBe('ada');
    expect(gateway.sts.session(Credentials?.AccessKeyId ?? '')).toMatchObject({
      roleArn: role,
      by: 'arn:aws:iam::000000000000:root',
      externalId: 'arn:aws:x',
      policy: Policy,
      tags: { pipeline: 'web app@1', run: '' },
      transitiveTagKeys: ['pipeline'],
      sourceIdentity: 'ada',
    });
  });

  it('from a session passes on its transitive tags and its source identity', async () => {
    const Tags = [
      { Key: 'pipeline', Value: 'web' },
      { Key: 'run', Value: '1' },
    ];
    const client = await assumed({ Tags, TransitiveTagKeys: ['pipeline'], SourceIdentity: 'ada' });

    const { Credentials } = await assume(client, { Tags: [{ Key: 'action', Value: 'build' }] });

    expect(gateway.sts.session(Credentials?.AccessKeyId ?? '')).toMatchObject({
      by: 'arn:aws:sts::000000000000:assumed-role/Deploy/first',
      tags: { pipeline: 'web', action: 'build' },
      transitiveTagKeys: ['pipeline'],
      sourceIdentity: 'ada',
    });
  });

  it('from a session lasts an hour at most', async () => {
    const client = await assumed();

    const long = assume(client, { DurationSeconds: 3601 });
    const hour = assume(client, { DurationSeconds: 3600 });

    await expect(long).rejects.toMatchObject({
      name: 'ValidationError',
      message: 'The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining',
    });
    await expect(hour).resolves.toMatchObject({ AssumedRoleUser: {} });
  });

  it.each([
    ['arn:aws:iam::111111111111:role/Deploy'],
    ['arn:aws:iam::000000000000:user/Deploy'],
    ['arn:aws:iam::000000000000:role/'],
    ['arn:aws-cn:iam::000000000000:role/Deploy'],
    ['this is not an ARN at all'],
  ])('of %s is denied', async (RoleArn) => {
    await expect(assume(sts, { RoleArn })).rejects.toMatchObject({
      name: 'AccessDenied',
      message: `User: arn:aws:iam::000000000000:root is not authorized to perform: sts:AssumeRole on resource: ${RoleArn}`,
      $metadata: { httpStatusCode: 403 },
    });
  });

  it('of a role that the account does not have is denied', async () => {
    const other = newContext();
    const strict = openSts(other, { knownRole: (arn) => arn === role });
    const behind = await openTestGateway(other, [], { sts: strict });
    const client = new STSClient(behind.client);

    const unknown = assume(client, { RoleArn: `${role}2` });
    const known = assume(client, {});

    await expect(unknown).rejects.toMatchObject({ name: 'AccessDenied' });
    await expect(known).resolves.toMatchObject({ AssumedRoleUser: {} });
    await behind.close();
  });

  it.each<[string, Partial<AssumeRoleCommandInput>, string, RegExp]>([
    ['a short ARN', { RoleArn: 'arn' }, 'ValidationError', /'roleArn'.*greater than or equal to 20/],
    ['a session name of one letter', { RoleSessionName: 'a' }, 'ValidationError', /'roleSessionName'.*length greater/],
    [
      'a session name of 65 letters',
      { RoleSessionName: 'a'.repeat(65) },
      'ValidationError',
      /length less than or equal to 64/,
    ],
    [
      'a session name with a slash',
      { RoleSessionName: 'a/b' },
      'ValidationError',
      /'a\/b' at 'roleSessionName'.*pattern: \[\\w\+=,\.@-\]\*/,
    ],
    ['no session name', { RoleSessionName: undefined }, 'ValidationError', /Value null at 'roleSessionName'/],
    ['899 seconds', { DurationSeconds: 899 }, 'ValidationError', /'899' at 'durationSeconds'.*equal to 900/],
    ['43201 seconds', { DurationSeconds: 43_201 }, 'ValidationError', /equal to 43200/],
    ['half a second', { DurationSeconds: 900.5 }, 'MalformedInput', /whole number/],
    ['a policy that is no JSON', { Policy: '{' }, 'MalformedPolicyDocument', /Syntax/],
    ['a policy without statements', { Policy: '[]' }, 'MalformedPolicyDocument', /Statement/],
    ['a transitive tag that is not given', { TransitiveTagKeys: ['x'] }, 'ValidationError', /must be included.*: x/],
    [
      'the same tag twice',
      {
        Tags: [
          { Key: 'a', Value: '1' },
          { Key: 'A', Value: '2' },
        ],
      },
      'InvalidParameterValue',
      /Duplicate/,
    ],
    ['a tag key with a *', { Tags: [{ Key: '*', Value: '1' }] }, 'ValidationError', /'\*' is not a tag key/],
    ['51 tags', { Tags: Array.from({ length: 51 }, (_, n) => ({ Key: `k${n}`, Value: '' })) }, 'ValidationError', /50/],
    [
      'policies by ARN, which it would ignore',
      { PolicyArns: [{ arn: role }] },
      'ValidationError',
      /PolicyArns.*AWS_ENDPOINT_URL_STS/,
    ],
  ])('with %s is refused', async (_, input, name, message) => {
    const refusal = (await assume(sts, input).catch((error: unknown) => error)) as Error;

    expect(refusal.message).toMatch(message);
    expect(refusal.name.replace(/Exception$/, '')).toBe(name);
  });

  it('from a session cannot change its source identity or its transitive tags', async () => {
    const Tags = [{ Key: 'pipeline', Value: 'web' }];
    const client = await assumed({ Tags, TransitiveTagKeys: ['pipeline'], SourceIdentity: 'ada' });

    await expect(assume(client, { SourceIdentity: 'eve' })).rejects.toMatchObject({ name: 'AccessDenied' });
    await expect(assume(client, { Tags: [{ Key: 'Pipeline', Value: 'x' }] })).rejects.toMatchObject({
      name: 'InvalidParameterValue',
    });
  });
});

describe('GetSessionToken', () => {
  it('hands out credentials of the administrator for an hour at most', async () => {
    const { Credentials } = await sts.send(new GetSessionTokenCommand({ DurationSeconds: 129_600 }));

    const found = gateway.sts.find(Credentials?.AccessKeyId ?? '');
    expect(found?.caller.arn).toBe('arn:aws:iam::000000000000:root');
    expect((found?.expiration ?? 0) - context.clock.now()).toBeLessThanOrEqual(3_600_000);
  });

  it('is refused to a session', async () => {
    const client = await assumed();

    await expect(client.send(new GetSessionTokenCommand({}))).rejects.toMatchObject({ name: 'AccessDenied' });
  });
});

it('an operation that is not there is named', async () => {
  const call = sts.send(new GetAccessKeyInfoCommand({ AccessKeyId: 'ASIAAAAAAAAAAAAAAAAA' }));

  await expect(call).rejects.toMatchObject({
    message: expect.stringMatching(/GetAccessKeyInfo.*AWS_ENDPOINT_URL_STS/),
  });
});

describe('credentials', () => {
  it('are valid after a restart', async () => {
    const { accessKeyId, secretAccessKey, sessionToken, expiration } = gateway.sts.assumeRole(role, 'session', 60);

    const again = openSts(newContext(context));

    expect(again.find(accessKeyId)).toMatchObject({ secretAccessKey, sessionToken, expiration });
    await again.close();
  });

  it('are known for a day after they expired, and then removed', async () => {
    const { accessKeyId } = gateway.sts.assumeRole(role, 'session', 60);

    context.clock.turn(60_000 + 86_000_000);
    const expired = gateway.sts.find(accessKeyId);
    context.clock.turn(500_000);
    const again = openSts(newContext(context));

    expect(expired?.expiration).toBeLessThan(context.clock.now());
    expect(again.find(accessKeyId)).toBeUndefined();
    await again.close();
  });

  it('are removed while the stack runs', async () => {
    const { accessKeyId } = gateway.sts.assumeRole(role, 'session', 60);

    context.clock.turn(2 * 86_400_000);

    await expect.poll(() => gateway.sts.find(accessKeyId)).toBeUndefined();
  });

  it('are for the eyes of the owner only', () => {
    gateway.sts.assumeRole(role, 'session', 60);

    expect(existsSync(join(context.dir, 'sts', 'sts.sqlite'))).toBe(true);
    expect(statSync(join(context.dir, 'sts')).mode & 0o777).toBe(0o700);
  });

  it('of anything but a role of the account are refused to services, too', () => {
    expect(() => gateway.sts.assumeRole('arn:aws:iam::111111111111:role/R', 'session', 60)).toThrow(
      /not a role of account/,
    );
  });
});
