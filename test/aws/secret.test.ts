import {
  GetSecretValueCommand,
  ResourceNotFoundException,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { mockClient } from 'aws-sdk-client-mock';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

const none = new ResourceNotFoundException({
  message: "Secrets Manager can't find the specified secret value for staging label: AWSPREVIOUS",
  $metadata: {},
});
const throttled = Object.assign(new Error('Rate exceeded'), { name: 'ThrottlingException' });
const client = mockClient(SecretsManagerClient);

let secret: typeof import('../../functions/aws/secret.ts');
beforeEach(async () => {
  vi.useFakeTimers({ toFake: ['Date'], now: 0 });
  vi.stubEnv('AWS_REGION', 'us-east-1');
  vi.resetModules();
  client.reset();
  secret = await import('../../functions/aws/secret.ts');
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllEnvs();
});

const calls = () => client.commandCalls(GetSecretValueCommand).length;

describe('the value before the last rotation', () => {
  it('is asked for once a minute when there is none', async () => {
    client.on(GetSecretValueCommand).rejects(none);

    const found = [await secret.previousSecretValue('key'), await secret.previousSecretValue('key')];
    vi.setSystemTime(59_999);
    found.push(await secret.previousSecretValue('key'));

    expect(found).toEqual([undefined, undefined, undefined]);
    expect(calls()).toBe(1);
  });

  it('is asked for once by many at once', async () => {
    client.on(GetSecretValueCommand).rejects(none);

    await Promise.all(Array.from({ length: 50 }, () => secret.previousSecretValue('key')));

    expect(calls()).toBe(1);
  });

  it('is found a minute after the first rotation', async () => {
    client.on(GetSecretValueCommand).rejectsOnce(none).resolves({ SecretString: 'old' });

    const before = await secret.previousSecretValue('key');
    vi.setSystemTime(60_000);
    const after = await secret.previousSecretValue('key');

    expect([before, after]).toEqual([undefined, 'old']);
  });

  it('is not taken for absent when it could not be asked for', async () => {
    client.on(GetSecretValueCommand).rejectsOnce(throttled).resolves({ SecretString: 'old' });

    const asked = secret.previousSecretValue('key');

    await expect(asked).rejects.toThrow('Rate exceeded');
    expect(await secret.previousSecretValue('key')).toBe('old');
  });
});

describe('a secret', () => {
  it('is asked for again after a minute', async () => {
    client.on(GetSecretValueCommand).resolvesOnce({ SecretString: 'one' }).resolves({ SecretString: 'two' });

    const values = [await secret.secretValue('key'), await secret.secretValue('key')];
    vi.setSystemTime(60_000);
    values.push(await secret.secretValue('key'));

    expect(values).toEqual(['one', 'one', 'two']);
    expect(calls()).toBe(2);
  });

  it('that is not there is a fault, and is asked for again', async () => {
    client.on(GetSecretValueCommand).rejects(none);

    await expect(secret.secretValue('key')).rejects.toThrow("can't find");
    await expect(secret.secretValue('key')).rejects.toThrow("can't find");

    expect(calls()).toBe(2);
  });

  it('without text is a fault', async () => {
    client.on(GetSecretValueCommand).resolves({ SecretBinary: new Uint8Array(1) });

    await expect(secret.secretValue('key')).rejects.toThrow('Secret key holds no text.');
  });
});
