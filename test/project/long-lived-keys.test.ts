import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { yamlParse } from 'yaml-cfn';
import { buildFunctions } from '../../scripts/build.ts';

const root = join(import.meta.dirname, '..', '..');

/** What keys that live long look like. */
const patterns: Readonly<Record<string, RegExp>> = {
  'access key id': /\b(?:AKIA|ASIA)[A-Z0-9]{16}\b/g,
  'secret access key': /(?:secret|aws)_?access_?key(?:_id)?["']?\s*[:=]\s*["']?[A-Za-z0-9/+]{40}(?![A-Za-z0-9/+=])/gi,
  'private key': /-----BEGIN (?:[A-Z]+ )*PRIVATE KEY-----\s*(?:\\n)?\s*[A-Za-z0-9+/]{16}/g,
  'GitHub token': /\b(?:gh[pousr]_[A-Za-z0-9]{36}|github_pat_[A-Za-z0-9_]{50,})/g,
  'GitLab token': /\bglpat-[A-Za-z0-9_-]{20}/g,
  'Slack token': /\bxox[abeoprs]-[A-Za-z0-9-]{10,}/g,
  'Stripe key': /\b[rs]k_live_[A-Za-z0-9]{16,}/g,
  'Google key': /\bAIza[A-Za-z0-9_-]{35}\b/g,
  'npm token': /\bnpm_[A-Za-z0-9]{36}\b/g,
  'JSON web token': /\beyJ[A-Za-z0-9_-]{10,}\.eyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{20,}/g,
  'password in an address': /\bhttps?:\/\/[^\s/:@"'`$]+:[^\s/:@"'`$]{8,}@(?!example\.)[a-z0-9.-]+\.[a-z]{2,}/gi,
};

/** What looks like a key and is none. */
const known: Readonly<Record<string, string>> = {
  AKIAIOSFODNN7EXAMPLE: 'AWS’s own example',
  ASIABUILDROLE0000000: 'what a build is given in a test',
  ASIAAAAAAAAAAAAAAAAA: 'an unknown key in a test',
};

function findings(text: string): readonly string[] {
  return Object.entries(patterns).flatMap(([kind, pattern]) =>
    [...text.matchAll(pattern)].filter(([found]) => !Object.hasOwn(known, found)).map(([found]) => `${kind}: ${found}`),
  );
}

function scan(folder: string, files: readonly string[]): readonly string[] {
  return files.flatMap((file) =>
    findings(readFileSync(join(folder, file), 'latin1')).map((each) => `${file}: ${each}`),
  );
}

describe('C29 keys that live long', () => {
  it('are found by the scan, each kind', () => {
    const letters = (count: number) => 'Ab3dEf6hIj'.repeat(6).slice(0, count);
    const planted = {
      'access key id': `${'AKIA'}${'Q7'.repeat(8)}`,
      'secret access key': `aws_secret_access_key = ${letters(40)}`,
      'private key': `-----BEGIN RSA ${'PRIVATE'} KEY-----\n${letters(60)}`,
      'GitHub token': `ghp_${letters(36)}`,
      'GitLab token': `glpat-${letters(20)}`,
      'Slack token': `xoxb-${letters(20)}`,
      'Stripe key': `sk_live_${letters(24)}`,
      'Google key': `AIza${letters(35)}`,
      'npm token': `npm_${letters(36)}`,
      'JSON web token': `eyJ${letters(20)}.eyJ${letters(20)}.${letters(43)}`,
      'password in an address': `https://me:${letters(12)}@${'git.company.com'}/x`,
    };

    const found = Object.values(planted).map((text) => findings(`before ${text} after`)[0]?.split(':')[0]);

    expect(found).toEqual(Object.keys(planted));
    expect(Object.keys(planted)).toEqual(Object.keys(patterns));
  });

  it('are in no file of the repository', () => {
    const files = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], { cwd: root })
      .toString()
      .split('\0')
      .filter((file) => file !== '' && file !== 'node_modules');

    expect(files.length).toBeGreaterThan(500);
    expect(scan(root, files)).toEqual([]);
  });

  it('are in no bundle that is deployed', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'sluice-keys-'));
    try {
      await buildFunctions(folder);
      const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => /\.\w+$/.test(file));

      expect(files.length).toBeGreaterThan(20);
      expect(scan(folder, files)).toEqual([]);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });

  it('are not in the template: secrets are made by AWS and reached by reference, and no parameter takes one', () => {
    const template = yamlParse(readFileSync(join(root, 'template.yaml'), 'utf8')) as {
      Parameters: Record<string, { Default?: unknown }>;
      Resources: Record<string, { Type: string; Properties?: Record<string, unknown> }>;
    };
    const secrets = Object.values(template.Resources).filter(({ Type }) => Type === 'AWS::SecretsManager::Secret');
    const written = [...leaves(template.Resources)].filter(
      ([path, value]) =>
        /(secret|password|token|credential|kmsmasterkeyid|kmskeyid|_key)$/i.test(path.at(-1) ?? '') &&
        typeof value !== 'object',
    );

    expect(Object.keys(template.Parameters).filter((name) => /secret|password|token|key$/i.test(name))).toEqual([]);
    expect(secrets.length).toBeGreaterThan(0);
    expect(
      secrets.filter(({ Properties = {} }) => 'SecretString' in Properties || !('GenerateSecretString' in Properties)),
    ).toEqual([]);
    expect(written.map(([path]) => path.join('.'))).toEqual([]);
  });
});

/** Each value that is written out, by path; a reference is a value too. */
function* leaves(value: unknown, path: readonly string[] = []): Generator<[readonly string[], unknown]> {
  const isReference =
    typeof value === 'object' && value !== null && Object.keys(value).some((key) => /^(Ref|Fn::.*)$/.test(key));
  if (typeof value !== 'object' || value === null || isReference) yield [path, value];
  else for (const [key, member] of Object.entries(value)) yield* leaves(member, [...path, key]);
}
