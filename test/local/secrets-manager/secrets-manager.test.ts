import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import {
  CreateSecretCommand,
  DeleteSecretCommand,
  DescribeSecretCommand,
  GetRandomPasswordCommand,
  GetSecretValueCommand,
  ListSecretsCommand,
  type ListSecretsCommandInput,
  ListSecretVersionIdsCommand,
  PutSecretValueCommand,
  RestoreSecretCommand,
  RotateSecretCommand,
  SecretsManagerClient,
  TagResourceCommand,
  UntagResourceCommand,
  UpdateSecretCommand,
} from '@aws-sdk/client-secrets-manager';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { openSecretsManager } from '../../../local/secrets-manager/secrets-manager.ts';
import { newContext, openTestGateway } from '../gateway/test-gateway.ts';

const DAY = 86_400_000;
const token = (letter: string) => letter.repeat(32);
let context: ReturnType<typeof newContext>;
let gateway: Awaited<ReturnType<typeof openTestGateway>>;
let client: SecretsManagerClient;

beforeEach(async () => {
  context = newContext();
  gateway = await openTestGateway(context, [openSecretsManager(context)]);
  client = new SecretsManagerClient(gateway.client);
});
afterEach(() => gateway.close());

async function readValue(SecretId: string, which: { VersionId?: string; VersionStage?: string } = {}) {
  return (await client.send(new GetSecretValueCommand({ SecretId, ...which }))).SecretString;
}

describe('a secret', () => {
  it('is read by its name, its ARN and its ARN without the random end', async () => {
    const { ARN = '' } = await client.send(new CreateSecretCommand({ Name: 'app/key', SecretString: 'väluë' }));

    const values = await Promise.all([readValue('app/key'), readValue(ARN), readValue(ARN.slice(0, -7))]);

    expect(ARN).toMatch(/^arn:aws:secretsmanager:eu-west-1:000000000000:secret:app\/key-[A-Za-z0-9]{6}$/);
    expect(values).toEqual(['väluë', 'väluë', 'väluë']);
  });

  it('may be bytes', async () => {
    const SecretBinary = Uint8Array.from([0, 255, 128]);
    await client.send(new CreateSecretCommand({ Name: 'bytes', SecretBinary }));

    const read = await client.send(new GetSecretValueCommand({ SecretId: 'bytes' }));

    expect([...(read.SecretBinary ?? [])]).toEqual([0, 255, 128]);
    expect(read.SecretString).toBeUndefined();
  });

  it('keeps its previous value', async () => {
    await client.send(new CreateSecretCommand({ Name: 's', SecretString: '1', ClientRequestToken: token('a') }));
    await client.send(new PutSecretValueCommand({ SecretId: 's', SecretString: '2', ClientRequestToken: token('b') }));
    await client.send(new UpdateSecretCommand({ SecretId: 's', SecretString: '3', ClientRequestToken: token('c') }));

    const values = await Promise.all([
      readValue('s'),
      readValue('s', { VersionStage: 'AWSPREVIOUS' }),
      readValue('s', { VersionId: token('a') }),
    ]);

    expect(values).toEqual(['3', '2', '1']);
  });

  it('may have a version that is not current yet', async () => {
    await client.send(new CreateSecretCommand({ Name: 's', SecretString: '1' }));

    const put = await client.send(
      new PutSecretValueCommand({ SecretId: 's', SecretString: '2', VersionStages: ['AWSPENDING'] }),
    );

    expect(put.VersionStages).toEqual(['AWSPENDING']);
    expect(await readValue('s')).toBe('1');
    expect(await readValue('s', { VersionStage: 'AWSPENDING' })).toBe('2');
  });

  it('has its first value as the current one, whatever label it is put with', async () => {
    await client.send(new CreateSecretCommand({ Name: 's' }));

    await client.send(new PutSecretValueCommand({ SecretId: 's', SecretString: '1', VersionStages: ['MINE'] }));

    expect(await readValue('s')).toBe('1');
  });

  it('lists its versions, the unlabelled ones only when asked', async () => {
    await client.send(new CreateSecretCommand({ Name: 's', SecretString: '1', ClientRequestToken: token('a') }));
    for (const letter of ['b', 'c']) {
      context.clock.turn(1000);
      await client.send(
        new PutSecretValueCommand({ SecretId: 's', SecretString: letter, ClientRequestToken: token(letter) }),
      );
    }

    const labelled = await client.send(new ListSecretVersionIdsCommand({ SecretId: 's' }));
    const first = await client.send(
      new ListSecretVersionIdsCommand({ SecretId: 's', IncludeDeprecated: true, MaxResults: 2 }),
    );
    const { NextToken } = first;
    const rest = await client.send(
      new ListSecretVersionIdsCommand({ SecretId: 's', IncludeDeprecated: true, NextToken }),
    );

    expect(labelled.Versions?.map(({ VersionStages }) => VersionStages)).toEqual([['AWSCURRENT'], ['AWSPREVIOUS']]);
    expect([...(first.Versions ?? []), ...(rest.Versions ?? [])].map(({ VersionId }) => VersionId)).toEqual(
      ['c', 'b', 'a'].map(token),
    );
  });

  it('is put once by a repeated request, and not otherwise under the same token', async () => {
    const create = { Name: 's', SecretString: '1', ClientRequestToken: token('a') };
    const first = await client.send(new CreateSecretCommand(create));

    const again = await client.send(new CreateSecretCommand(create));
    const put = await client.send(
      new PutSecretValueCommand({ SecretId: 's', SecretString: '1', ClientRequestToken: token('a') }),
    );
    const other = client.send(
      new PutSecretValueCommand({ SecretId: 's', SecretString: '2', ClientRequestToken: token('a') }),
    );

    expect([again.ARN, again.VersionId, put.VersionId]).toEqual([first.ARN, token('a'), token('a')]);
    await expect(other).rejects.toMatchObject({ name: 'ResourceExistsException' });
  });

  it('is described without its value', async () => {
    const Tags = [
      { Key: 'a', Value: '1' },
      { Key: 'b', Value: '2' },
    ];
    await client.send(
      new CreateSecretCommand({ Name: 's', Description: 'd', SecretString: 'v', Tags, ClientRequestToken: token('a') }),
    );
    await client.send(new TagResourceCommand({ SecretId: 's', Tags: [{ Key: 'a', Value: '3' }] }));
    await client.send(new UntagResourceCommand({ SecretId: 's', TagKeys: ['b'] }));
    await client.send(new UpdateSecretCommand({ SecretId: 's', Description: 'e' }));
    await readValue('s');

    const description = await client.send(new DescribeSecretCommand({ SecretId: 's' }));

    expect(description).toMatchObject({
      Name: 's',
      Description: 'e',
      Tags: [{ Key: 'a', Value: '3' }],
      VersionIdsToStages: { [token('a')]: ['AWSCURRENT'] },
    });
    expect(description.LastAccessedDate?.toISOString()).toMatch(/T00:00:00.000Z$/);
    expect(description.CreatedDate?.getTime()).toBeGreaterThan(Date.now() - 60_000);
  });

  it('is listed, by filters and pages', async () => {
    for (const Name of ['prod/a', 'prod/b', 'test/a']) {
      context.clock.turn(1000);
      await client.send(
        new CreateSecretCommand({ Name, Tags: [{ Key: 'stage', Value: Name.slice(0, 4) }], Description: 'Key of X' }),
      );
    }
    const names = async (input: ListSecretsCommandInput) =>
      (await client.send(new ListSecretsCommand(input))).SecretList?.map(({ Name }) => Name);

    const [all, prod, notProd, tagged, anywhere] = await Promise.all([
      names({ SortOrder: 'asc' }),
      names({ Filters: [{ Key: 'name', Values: ['prod/'] }], SortOrder: 'asc' }),
      names({ Filters: [{ Key: 'name', Values: ['!prod/'] }] }),
      names({ Filters: [{ Key: 'tag-value', Values: ['prod'] }], MaxResults: 1 }),
      names({
        Filters: [
          { Key: 'all', Values: ['TEST'] },
          { Key: 'description', Values: ['key'] },
        ],
      }),
    ]);

    expect([all, prod, notProd, tagged, anywhere]).toEqual([
      ['prod/a', 'prod/b', 'test/a'],
      ['prod/a', 'prod/b'],
      ['test/a'],
      ['prod/b'],
      ['test/a'],
    ]);
  });
});

describe('a deletion', () => {
  beforeEach(() => client.send(new CreateSecretCommand({ Name: 's', SecretString: '1' })));

  it('hides the secret until it is restored', async () => {
    const { DeletionDate } = await client.send(new DeleteSecretCommand({ SecretId: 's', RecoveryWindowInDays: 7 }));
    const read = readValue('s');
    const again = client.send(new DeleteSecretCommand({ SecretId: 's' }));
    const made = client.send(new CreateSecretCommand({ Name: 's' }));
    await expect(read).rejects.toMatchObject({ name: 'InvalidRequestException', message: /marked for deletion/ });
    await expect(again).rejects.toMatchObject({ name: 'InvalidRequestException' });
    await expect(made).rejects.toMatchObject({ name: 'InvalidRequestException' });
    const { SecretList } = await client.send(new ListSecretsCommand({}));
    expect(SecretList).toEqual([]);

    await client.send(new RestoreSecretCommand({ SecretId: 's' }));

    expect(Math.round(((DeletionDate?.getTime() ?? 0) - Date.now()) / DAY)).toBe(7);
    expect(await readValue('s')).toBe('1');
  });

  it('is final after the recovery window, by the clock of the stack', async () => {
    await client.send(new DeleteSecretCommand({ SecretId: 's', RecoveryWindowInDays: 7 }));

    context.clock.turn(7 * DAY + 1);

    await expect
      .poll(() => client.send(new DescribeSecretCommand({ SecretId: 's' })).catch(({ name }) => name))
      .toBe('ResourceNotFoundException');
  });

  it('is final after the recovery window when the stack was down meanwhile', async () => {
    await client.send(new DeleteSecretCommand({ SecretId: 's' }));
    await gateway.close();
    context.clock.turn(31 * DAY);
    const later = newContext(context);

    gateway = await openTestGateway(later, [openSecretsManager(later)]);
    client = new SecretsManagerClient(gateway.client);

    await expect(client.send(new RestoreSecretCommand({ SecretId: 's' }))).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
    });
  });

  it('by force is final at once, and forgiving', async () => {
    const remove = new DeleteSecretCommand({ SecretId: 's', ForceDeleteWithoutRecovery: true });

    await client.send(remove);
    const again = await client.send(remove);

    expect(again.Name).toBe('s');
    await expect(readValue('s')).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  });
});

describe('a request', () => {
  beforeEach(() => client.send(new CreateSecretCommand({ Name: 'there', SecretString: '1' })));

  it.each<[string, () => Promise<unknown>, string, RegExp]>([
    [
      'for a secret that is not there',
      () => readValue('gone'),
      'ResourceNotFoundException',
      /can't find the specified secret\./,
    ],
    [
      'for an ARN of another account',
      () => readValue('arn:aws:secretsmanager:eu-west-1:1:secret:there'),
      'ResourceNotFoundException',
      /./,
    ],
    [
      'for a label that no version has',
      () => readValue('there', { VersionStage: 'AWSPREVIOUS' }),
      'ResourceNotFoundException',
      /staging label: AWSPREVIOUS/,
    ],
    [
      'for a version that is not there',
      () => readValue('there', { VersionId: token('x') }),
      'ResourceNotFoundException',
      /VersionId: xxx/,
    ],
    [
      'with a label of another version',
      () => readValue('there', { VersionId: token('x'), VersionStage: 'AWSCURRENT' }),
      'InvalidRequestException',
      /not associated/,
    ],
    [
      'to make it again',
      () => client.send(new CreateSecretCommand({ Name: 'there' })),
      'ResourceExistsException',
      /already exists/,
    ],
    [
      'with an odd name',
      () => client.send(new CreateSecretCommand({ Name: 'a b' })),
      'InvalidParameterException',
      /Invalid name/,
    ],
    [
      'with a short token',
      () => client.send(new CreateSecretCommand({ Name: 'x', ClientRequestToken: 'a' })),
      'InvalidParameterException',
      /32 to 64/,
    ],
    [
      'with two kinds of value',
      () => client.send(new CreateSecretCommand({ Name: 'x', SecretString: 'a', SecretBinary: Buffer.from('a') })),
      'InvalidParameterException',
      /both/,
    ],
    [
      'with a value that is too long',
      () => client.send(new CreateSecretCommand({ Name: 'x', SecretString: 'a'.repeat(65_537) })),
      'InvalidParameterException',
      /65536/,
    ],
    [
      'with nothing to put',
      () => client.send(new PutSecretValueCommand({ SecretId: 'there' })),
      'InvalidParameterException',
      /either/,
    ],
    [
      'with a window of 6 days',
      () => client.send(new DeleteSecretCommand({ SecretId: 'there', RecoveryWindowInDays: 6 })),
      'InvalidParameterException',
      /7 to 30/,
    ],
    [
      'with a window and force',
      () =>
        client.send(
          new DeleteSecretCommand({ SecretId: 'there', RecoveryWindowInDays: 7, ForceDeleteWithoutRecovery: true }),
        ),
      'InvalidParameterException',
      /conjunction/,
    ],
    [
      'with replicas',
      () => client.send(new CreateSecretCommand({ Name: 'x', AddReplicaRegions: [{ Region: 'us-east-1' }] })),
      'InvalidParameterException',
      /AddReplicaRegions.*AWS_ENDPOINT_URL_SECRETS_MANAGER/,
    ],
    [
      'with a filter that is not there',
      () => client.send(new ListSecretsCommand({ Filters: [{ Key: 'primary-region', Values: ['x'] }] })),
      'InvalidParameterException',
      /primary-region/,
    ],
    [
      'with a token that is not ours',
      () => client.send(new ListSecretsCommand({ NextToken: '!' })),
      'InvalidNextTokenException',
      /NextToken/,
    ],
    [
      'for an operation that is not there',
      () => client.send(new RotateSecretCommand({ SecretId: 'there' })),
      'UnknownOperationException',
      /RotateSecret.*AWS_ENDPOINT_URL_SECRETS_MANAGER/,
    ],
  ])('%s is refused', async (_, call, name, message) => {
    await expect(call()).rejects.toMatchObject({ name, message: expect.stringMatching(message) });
  });

  it('that is refused leaves nothing behind', async () => {
    await client.send(new CreateSecretCommand({ Name: 'x', SecretString: 'a'.repeat(65_537) })).catch(() => {});

    await expect(readValue('x')).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  });
});

describe('a password', () => {
  it.each([
    [{}, /^[!-~]{32}$/],
    [{ PasswordLength: 4096, ExcludePunctuation: true }, /^[A-Za-z0-9]{4096}$/],
    [{ ExcludeLowercase: true, ExcludeUppercase: true, ExcludePunctuation: true }, /^\d{32}$/],
    [{ ExcludeCharacters: 'abcdefghijklmnopqrstuvwxyz', ExcludePunctuation: true }, /^[A-Z0-9]{32}$/],
    [{ PasswordLength: 1, RequireEachIncludedType: false }, /^[!-~]$/],
  ])('for %j has the characters that are asked', async (input, pattern) => {
    const { RandomPassword } = await client.send(new GetRandomPasswordCommand(input));

    expect(RandomPassword).toMatch(pattern);
  });

  it('has each type of characters, in any place', async () => {
    const input = { PasswordLength: 5, IncludeSpace: true };

    const passwords = await Promise.all(
      Array.from(
        { length: 30 },
        async () => (await client.send(new GetRandomPasswordCommand(input))).RandomPassword ?? '',
      ),
    );

    for (const password of passwords) {
      for (const type of [/[a-z]/, /[A-Z]/, /\d/, /[^A-Za-z0-9 ]/, / /]) expect(password).toMatch(type);
    }
    expect(new Set(passwords.map((password) => password.search(/\d/))).size).toBeGreaterThan(1);
  });

  it.each([
    [{ PasswordLength: 3 }, /3 characters cannot hold 4 types/],
    [{ PasswordLength: 4097 }, /from 1 to 4096/],
    [{ ExcludeLowercase: true, ExcludeUppercase: true, ExcludePunctuation: true, ExcludeNumbers: true }, /excluded/],
  ])('for %j is refused', async (input, message) => {
    await expect(client.send(new GetRandomPasswordCommand(input))).rejects.toMatchObject({
      name: 'InvalidParameterException',
      message: expect.stringMatching(message),
    });
  });
});

describe('what is kept', () => {
  it('is there after a restart', async () => {
    await client.send(new CreateSecretCommand({ Name: 's', SecretString: '1' }));
    const later = newContext(context);

    const again = await openTestGateway(later, [openSecretsManager(later)]);

    const read = await new SecretsManagerClient(again.client).send(new GetSecretValueCommand({ SecretId: 's' }));
    expect(read.SecretString).toBe('1');
    await again.close();
  });

  it('is for the eyes of the owner only', async () => {
    await client.send(new CreateSecretCommand({ Name: 's', SecretString: '1' }));
    const folder = join(context.dir, 'secrets-manager');

    const modes = readdirSync(folder).map((file) => (statSync(join(folder, file)).mode & 0o777).toString(8));

    expect(new Set(modes)).toEqual(new Set(['600']));
  });

  it('is gone from the file when it is deleted', async () => {
    await client.send(new CreateSecretCommand({ Name: 's', SecretString: 'correct horse battery staple' }));
    await client.send(new DeleteSecretCommand({ SecretId: 's', ForceDeleteWithoutRecovery: true }));

    await gateway.close();

    expect(readFileSync(join(context.dir, 'secrets-manager', 'secrets.sqlite')).includes('correct horse')).toBe(false);
    gateway = await openTestGateway(context, [openSecretsManager(context)]);
  });

  it('is not logged or answered when a request cannot be read', async () => {
    const logged = vi.spyOn(console, 'error').mockImplementation(() => {});
    const { send, sign } = await import('../gateway/signed-request.ts');
    const headers = { 'x-amz-target': 'secretsmanager.CreateSecret', 'content-type': 'application/x-amz-json-1.1' };
    const plain = { method: 'POST', path: '/', headers, body: '{"SecretString": hunter2}' };

    const { body } = await send(gateway.port, await sign(plain, gateway.port, { service: 'secretsmanager' }));

    expect(JSON.parse(body)).toEqual({ __type: 'SerializationException', message: 'The body is not a JSON object.' });
    expect(logged).not.toHaveBeenCalled();
  });
});
