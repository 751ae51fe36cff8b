import { Sha256 } from '@aws-crypto/sha256-js';
import { SignatureV4 } from '@smithy/signature-v4';
import type { Credentials } from '../ports.ts';
import { PhaseFailure } from './failure.ts';

const MISSING =
  'The local stack has no Systems Manager parameters. Set AWS_ENDPOINT_URL_SSM to use another endpoint, or use PLAINTEXT or SECRETS_MANAGER.';

/** Reads a decrypted parameter where `AWS_ENDPOINT_URL_SSM` points, signed as the build's role. */
export async function readParameter(
  name: string,
  region: string,
  credentials: Credentials,
  signal: AbortSignal,
): Promise<string> {
  const endpoint = process.env['AWS_ENDPOINT_URL_SSM'];
  if (!endpoint) throw new PhaseFailure('Decrypted Variables Error', `Parameter ${name}: ${MISSING}`);
  const url = new URL(endpoint);
  const body = JSON.stringify({ Names: [name], WithDecryption: true });
  const headers = {
    host: url.host,
    'content-type': 'application/x-amz-json-1.1',
    'x-amz-target': 'AmazonSSM.GetParameters',
  };
  const { accessKeyId, secretAccessKey, sessionToken } = credentials;
  const signer = new SignatureV4({
    service: 'ssm',
    region,
    sha256: Sha256,
    credentials: { accessKeyId, secretAccessKey, sessionToken },
  });
  const signed = await signer.sign({
    method: 'POST',
    protocol: url.protocol,
    hostname: url.hostname,
    path: '/',
    headers,
    body,
  });
  const response = await fetch(url, { method: 'POST', headers: signed.headers, body, signal });
  const answer = (await response.json()) as { Parameters?: { Value: string }[]; __type?: string; message?: string };
  const value = answer.Parameters?.[0]?.Value;
  if (value !== undefined) return value;
  const reason = response.ok ? 'ParameterNotFound' : `${answer.__type}: ${answer.message}`;
  throw new PhaseFailure('Decrypted Variables Error', `Parameter ${name}: ${reason}`);
}
