import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { ListRulesCommand } from '@aws-sdk/client-eventbridge';
import { ListRolesCommand } from '@aws-sdk/client-iam';
import { ListBucketsCommand } from '@aws-sdk/client-s3';
import { ListQueuesCommand } from '@aws-sdk/client-sqs';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { type Account, openAccount } from '../../scripts/verify-aws/account.ts';
import { CleanUp } from '../../scripts/verify-aws/clean-up.ts';
import { readOptions } from '../../scripts/verify-aws/options.ts';
import type { Time } from '../../scripts/verify-aws/passing.ts';
import { probes } from '../../scripts/verify-aws/probes.ts';
import type { Finding } from '../../scripts/verify-aws/report.ts';
import { documentIds, verifyAws } from '../../scripts/verify-aws/verify.ts';
import { startTestStack, type TestStack } from '../end-to-end/stack.ts';

const program = join(import.meta.dirname, '..', '..', 'scripts', 'verify-aws.ts');

let test: TestStack | undefined;
afterEach(async () => {
  vi.unstubAllEnvs();
  await test?.close();
  test = undefined;
});

/** Time that turns the clock of a stack, minute by minute so that its schedules are kept. */
function timeOf({ stack }: TestStack): Time {
  const { clock } = stack;
  return {
    now: () => clock.now(),
    async pass(seconds) {
      for (let left = seconds; left > 0; left -= 60) {
        clock.turn(Math.min(left, 60) * 1000);
        await new Promise((resolve) => setTimeout(resolve, 300));
      }
    },
  };
}

async function leftIn(account: Account): Promise<readonly string[]> {
  const [buckets, queues, rules, roles] = await Promise.all([
    account.s3.send(new ListBucketsCommand({})),
    account.sqs.send(new ListQueuesCommand({})),
    account.events.send(new ListRulesCommand({})),
    account.iam.send(new ListRolesCommand({})),
  ]);
  const names = [
    ...(buckets.Buckets ?? []).map(({ Name }) => Name),
    ...(queues.QueueUrls ?? []),
    ...(rules.Rules ?? []).map(({ Name }) => Name),
    ...(roles.Roles ?? []).map(({ RoleName }) => RoleName),
  ];
  return names.filter((name) => name?.includes('sluice-verify-')).map(String);
}

describe('on the local stack', () => {
  it('the walk goes its way, every probe that can look agrees, and nothing is left', { timeout: 180_000 }, async () => {
    test = await startTestStack();
    const time = timeOf(test);
    const options = readOptions(['--endpoint-url', test.stack.endpoint], documentIds());

    const outcome = await verifyAws(options, new CleanUp(), () => {}, time);

    expect(outcome.troubles).toEqual([]);
    expect(outcome.left).toEqual([]);
    const verdicts = (verdict: Finding['verdict']) =>
      [...outcome.findings].filter(([, finding]) => finding.verdict === verdict).map(([id]) => id);
    expect(verdicts('refuted')).toEqual([]);
    const blind = ['client-credentials', 'sts-packed-size'];
    const tried = probes.filter(({ id, notLocal }) => notLocal === undefined && !blind.includes(id));
    expect(verdicts('confirmed').toSorted()).toEqual(tried.map(({ id }) => id).toSorted());
    expect(outcome.report).toContain('tried on the local stack');
    expect(outcome.report).not.toMatch(/ confirmed | refuted /);
    const account = await openAccount(options, time);
    expect(await leftIn(account)).toEqual([]);
    account.close();
  });

  it('a repository is the source, and a signed push starts the second run', { timeout: 120_000 }, async () => {
    test = await startTestStack();
    const { git, endpoint } = test.stack;
    await git.create('sample/walk', { 'site/index.html': '<h1>Walk</h1>' }, 'Begin');
    const only = ['--only', 'api-user-arn,sts-session-names,codebuild-own-variables'];
    const source = ['--repository', 'sample/walk', '--host', `${endpoint}/git`];
    const options = readOptions(['--endpoint-url', endpoint, ...only, ...source], documentIds());

    const { findings, troubles } = await verifyAws(options, new CleanUp(), () => {}, timeOf(test));

    expect(troubles).toEqual([]);
    for (const id of options.only ?? []) expect(findings.get(id)).toMatchObject({ verdict: 'confirmed' });
    expect(findings.get('sfn-map-41')).toEqual({ verdict: 'not probed', why: 'left out by --only' });
  });

  it('what a run comes to that fails is refuted, and deleted all the same', { timeout: 120_000 }, async () => {
    test = await startTestStack({ parameters: { PipelineRoles: 'nobody/*' } });
    const time = timeOf(test);
    const only = ['--only', 'iam-tag-session,sfn-map-variables,api-user-arn'];
    const options = readOptions(['--endpoint-url', test.stack.endpoint, ...only], documentIds());

    const { findings, troubles, left } = await verifyAws(options, new CleanUp(), () => {}, time);

    expect(troubles[0]).toMatch(/^creates the pipeline.*ended as Failed/);
    expect(findings.get('iam-tag-session')).toMatchObject({
      verdict: 'refuted',
      seen: expect.stringContaining('AssumeRole'),
    });
    expect(findings.get('sfn-map-variables')).toMatchObject({ verdict: 'refuted' });
    expect(findings.get('api-user-arn')).toMatchObject({ verdict: 'not probed' });
    expect(left).toEqual([]);
    const account = await openAccount(options, time);
    expect(await leftIn(account)).toEqual([]);
    account.close();
  });

  it('Ctrl-C ends the program when all that it made is deleted', { timeout: 120_000 }, async () => {
    test = await startTestStack();
    const walking = spawn(process.execPath, [program, '--endpoint-url', test.stack.endpoint]);
    let said = '';
    walking.stdout.on('data', (chunk) => {
      said += chunk;
      if (said.includes('by PutApprovalResult') && !said.includes('Broken off')) walking.kill('SIGINT');
    });

    const status = await new Promise((resolve) => walking.on('exit', resolve));

    expect(said).toContain('Broken off: deletes what was made.');
    expect(said).not.toContain('Could not be deleted');
    expect(status).toBe(130);
    const account = await openAccount({ endpointUrl: test.stack.endpoint }, timeOf(test));
    expect(await leftIn(account)).toEqual([]);
    account.close();
  });
});
