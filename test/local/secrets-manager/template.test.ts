import {
  DeleteSecretCommand,
  DescribeSecretCommand,
  GetResourcePolicyCommand,
  GetSecretValueCommand,
  PutSecretValueCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openSecretsManager } from '../../../local/secrets-manager/secrets-manager.ts';
import type { ResourceValues } from '../../../local/service.ts';
import { newContext, openTestGateway } from '../gateway/test-gateway.ts';

let context: ReturnType<typeof newContext>;
let service: ReturnType<typeof openSecretsManager>;
let gateway: Awaited<ReturnType<typeof openTestGateway>>;
let client: SecretsManagerClient;

async function start() {
  service = openSecretsManager(context);
  gateway = await openTestGateway(context, [service]);
  client = new SecretsManagerClient(gateway.client);
}

async function restart() {
  await gateway.close();
  context = newContext(context);
  await start();
}

beforeEach(async () => {
  context = newContext();
  await start();
});
afterEach(() => gateway.close());

function make(properties: object, type = 'AWS::SecretsManager::Secret'): ResourceValues {
  const handler = service.resources[type];
  return handler?.({ logicalId: 'Key', name: 'stack-key', type, properties }) as ResourceValues;
}

async function current(SecretId = 'stack-key') {
  return (await client.send(new GetSecretValueCommand({ SecretId }))).SecretString;
}

describe('a secret of the template', () => {
  it('is made with a value that is generated once', async () => {
    const properties = { GenerateSecretString: { PasswordLength: 64, ExcludePunctuation: true } };
    const first = make(properties);
    const value = await current();

    await restart();
    const second = make(properties);

    expect(value).toMatch(/^[A-Za-z0-9]{64}$/);
    expect(await current()).toBe(value);
    expect(second).toEqual(first);
    expect(first.ref).toMatch(/:secret:stack-key-[A-Za-z0-9]{6}$/);
    expect(first.attributes).toEqual({ Id: first.ref });
  });

  it('holds the generated value in a document', async () => {
    const rule = { SecretStringTemplate: '{"user":"ada"}', GenerateStringKey: 'password', PasswordLength: 8 };

    make({ Name: 'own-name', GenerateSecretString: rule });

    expect(JSON.parse((await current('own-name')) ?? '')).toEqual({
      user: 'ada',
      password: expect.stringMatching(/^.{8}$/),
    });
  });

  it('keeps a value that was put since, until the template says another', async () => {
    make({ SecretString: 'from the template' });
    await client.send(new PutSecretValueCommand({ SecretId: 'stack-key', SecretString: 'rotated' }));

    await restart();
    make({ SecretString: 'from the template', Description: 'changed' });
    const kept = await current();
    make({ SecretString: 'another' });

    expect(kept).toBe('rotated');
    expect(await current()).toBe('another');
  });

  it('is brought to its other properties', async () => {
    make({ Description: 'old', Tags: [{ Key: 'a', Value: '1' }] });

    make({ Description: 'new', KmsKeyId: 'alias/key' });

    const description = await client.send(new DescribeSecretCommand({ SecretId: 'stack-key' }));
    expect(description).toMatchObject({ Description: 'new', KmsKeyId: 'alias/key' });
    expect(description.Tags).toBeUndefined();
  });

  it('comes back when it was marked for deletion', async () => {
    make({ SecretString: 'v' });
    await client.send(new DeleteSecretCommand({ SecretId: 'stack-key' }));

    make({ SecretString: 'v' });

    expect(await current()).toBe('v');
  });

  it.each([
    [{ ReplicaRegions: [] }, /Key.*ReplicaRegions/],
    [{ SecretString: 'a', GenerateSecretString: {} }, /not both/],
    [{ GenerateSecretString: { SecretStringTemplate: '{}' } }, /together/],
    [
      { GenerateSecretString: { SecretStringTemplate: '{hunter2', GenerateStringKey: 'k' } },
      /^SecretStringTemplate is not a JSON object\.$/,
    ],
  ])('with %j is refused and not made', async (properties, message) => {
    expect(() => make(properties)).toThrow(message);

    await expect(current()).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  });
});

describe('a resource policy of the template', () => {
  it('is kept with its secret', async () => {
    const { ref } = make({ SecretString: 'v' });
    const ResourcePolicy = { Version: '2012-10-17', Statement: [] };

    const values = make({ SecretId: ref, ResourcePolicy }, 'AWS::SecretsManager::ResourcePolicy');

    const read = await client.send(new GetResourcePolicyCommand({ SecretId: ref }));
    expect(JSON.parse(read.ResourcePolicy ?? '')).toEqual(ResourcePolicy);
    expect(values.ref).toBe(ref);
  });

  it('needs its secret', () => {
    const properties = { SecretId: 'gone', ResourcePolicy: {} };

    expect(() => make(properties, 'AWS::SecretsManager::ResourcePolicy')).toThrow(/no secret 'gone'/);
  });
});
