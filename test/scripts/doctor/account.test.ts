import { GetRoleCommand } from '@aws-sdk/client-iam';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { openAccount } from '../../../scripts/doctor/account.ts';
import { whyNot } from '../../../scripts/doctor/finding.ts';

const endpointUrl = 'http://127.0.0.1:1';
const administrator = { accessKeyId: 'test', secretAccessKey: 'test' };
beforeEach(() => {
  vi.stubEnv('AWS_ACCESS_KEY_ID', '');
  vi.stubEnv('AWS_REGION', '');
});
afterEach(() => vi.unstubAllEnvs());

it('a stack of this machine is reached as its administrator, in its Region', async () => {
  const { options } = await openAccount({ endpointUrl });

  expect(options).toMatchObject({ region: 'us-east-1', endpoint: endpointUrl });
  expect(await options.credentials()).toMatchObject(administrator);
});

it.each([
  ['that of the environment', {}, 'eu-west-1'],
  ['the one that is given', { region: 'eu-north-1' }, 'eu-north-1'],
])('the Region is %s', async (_, given, region) => {
  vi.stubEnv('AWS_REGION', 'eu-west-1');

  const { options } = await openAccount({ endpointUrl, ...given });

  expect(options.region).toBe(region);
});

it('keys of the environment go before', async () => {
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'AKIA');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'secret');

  const { options } = await openAccount({ endpointUrl, region: 'us-east-1' });

  expect(await options.credentials()).toMatchObject({ accessKeyId: 'AKIA', secretAccessKey: 'secret' });
});

it('an endpoint elsewhere gets no keys of an administrator', async () => {
  for (const name of ['HOME', 'AWS_CONFIG_FILE', 'AWS_SHARED_CREDENTIALS_FILE']) vi.stubEnv(name, '/nowhere');
  vi.stubEnv('AWS_EC2_METADATA_DISABLED', 'true');

  const { options } = await openAccount({ endpointUrl: 'https://example.com', region: 'us-east-1' });

  await expect(options.credentials()).rejects.toThrow('Could not load credentials');
});

it('that nobody answers is told with the address', async () => {
  const { iam } = await openAccount({ endpointUrl });

  const error = await iam.send(new GetRoleCommand({ RoleName: 'web' })).catch((refused: unknown) => refused);

  expect(whyNot(error)).toBe('nobody answers: connect ECONNREFUSED 127.0.0.1:1');
});
