import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import {
  CloudFormationClient,
  CloudFormationServiceException,
  DescribeStacksCommand,
  ListStackResourcesCommand,
  type StackResourceSummary,
} from '@aws-sdk/client-cloudformation';
import { mockClient } from 'aws-sdk-client-mock';
import { afterAll, afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type Account, readStack } from '../../scripts/verify-aws/account.ts';
import { CleanUp } from '../../scripts/verify-aws/clean-up.ts';
import { deploy } from '../../scripts/verify-aws/deployment.ts';
import { readOptions } from '../../scripts/verify-aws/options.ts';
import { NotSeen, probe } from '../../scripts/verify-aws/probe.ts';
import { probes, unprobed } from '../../scripts/verify-aws/probes.ts';
import { type Finding, idsOf, report } from '../../scripts/verify-aws/report.ts';
import { documentIds, settle } from '../../scripts/verify-aws/verify.ts';
import type { TestStack } from '../end-to-end/stack.ts';
import { fabricated } from './verify-aws-evidence.ts';

const run = promisify(execFile);
const program = join(import.meta.dirname, '..', '..', 'scripts', 'verify-aws.ts');

let test: TestStack | undefined;
afterEach(async () => {
  vi.unstubAllEnvs();
  await test?.close();
  test = undefined;
});

describe('the ids of docs/unverified-on-aws.md', () => {
  it('are those that are probed, and those with a reason why not', () => {
    const known = [...probes.map(({ id }) => id), ...Object.keys(unprobed)];

    expect(known.toSorted()).toEqual(documentIds().toSorted());
  });

  it('are refused where a line has none, or two have the same', () => {
    expect(idsOf('# Title\n- `a-1` One.\ntext\n- `b` Two.\n')).toEqual(['a-1', 'b']);
    expect(() => idsOf('- `a` One.\n- Two.\n')).toThrow('A line of the document has no id: - Two.');
    expect(() => idsOf('- `a` One.\n- `a` Two.\n')).toThrow('Two lines of the document have the id a.');
  });
});

describe('each probe', () => {
  it('has evidence here that it confirms by, and that it refutes', () => {
    expect(Object.keys(fabricated).toSorted()).toEqual(probes.map(({ id }) => id).toSorted());
    expect(Object.values(fabricated).every(({ refutes }) => refutes.length > 0)).toBe(true);
  });

  it.each(probes.map(({ id, judge }) => [id, judge] as const))('%s confirms and refutes', (id, judge) => {
    const { confirms, refutes } = fabricated[id] ?? { confirms: {}, refutes: [] };

    const verdicts = refutes.map((evidence) => judge(evidence));

    expect(judge(confirms)).toMatchObject({ verdict: 'confirmed' });
    expect(verdicts.map(({ verdict }) => verdict)).toEqual(refutes.map(() => 'refuted'));
    expect(verdicts.every(({ seen }) => seen.length > 0)).toBe(true);
  });

  it('that cannot have its evidence refutes nothing', async () => {
    const blind = probe({
      id: 'deploy-sam',
      look() {
        throw new NotSeen('the walk did not come to it');
      },
      judge: () => ({ verdict: 'refuted', seen: '' }),
    });

    const finding = await settle(blind, { walk: { account: {} } as never, troubles: [] });

    expect(finding).toEqual({ verdict: 'not probed', why: 'the walk did not come to it' });
  });
});

describe('a deployment that fails', () => {
  const findingOf = async (id: string, notDeployed: string) => {
    const found = probes.find((each) => each.id === id);
    return found && settle(found, { troubles: ['The walk did not begin: sam'], notDeployed });
  };

  it('refutes that the template can be deployed, and nothing else', async () => {
    expect(await findingOf('deploy-sam', 'Requires CAPABILITY_NAMED_IAM')).toMatchObject({
      verdict: 'refuted',
      seen: expect.stringContaining('CAPABILITY_NAMED_IAM'),
    });
    expect(await findingOf('deploy-no-circle', 'Requires CAPABILITY_NAMED_IAM')).toMatchObject({
      verdict: 'not probed',
    });
    expect(await findingOf('sfn-map-41', 'Requires CAPABILITY_NAMED_IAM')).toEqual({
      verdict: 'not probed',
      why: 'The walk did not begin: sam',
    });
  });

  it('refutes that there is no circle, where there is one', async () => {
    expect(await findingOf('deploy-no-circle', 'Circular dependency between resources')).toMatchObject({
      verdict: 'refuted',
    });
  });
});

describe('the report', () => {
  const findings = new Map<string, Finding>([
    ['long-name', { verdict: 'confirmed', seen: 'as\nexpected' }],
    ['b', { verdict: 'refuted', seen: '404' }],
    ['c', { verdict: 'not probed', why: 'needs a month' }],
  ]);

  it('has a line for each id, in order, and counts them', () => {
    expect(report(['long-name', 'b', 'c', 'd'], findings, 'AWS')).toBe(
      [
        'long-name  confirmed   as expected',
        'b          refuted     404',
        'c          not probed  needs a month',
        'd          not probed  the walk ended before',
        '',
        '1 confirmed, 1 refuted, 2 not probed (AWS)',
      ].join('\n'),
    );
  });

  it('confirms and refutes nothing by the local stack', () => {
    const text = report(['long-name', 'b', 'c'], findings, 'the local stack');

    expect(text).toContain('long-name  tried on the local stack    as expected');
    expect(text).toContain('b          differs on the local stack  404');
    expect(text).not.toMatch(/confirmed|refuted/);
  });
});

describe('cleaning up', () => {
  it('goes backwards, past what fails and what is gone, and tells what is left', async () => {
    const cleanUp = new CleanUp();
    const removed: string[] = [];
    const remove = (name: string, error?: Error) =>
      cleanUp.add(name, async () => {
        removed.push(name);
        if (error) throw error;
      });
    remove('bucket');
    remove('role', new Error('still used'));
    remove('queue', Object.assign(new Error('none'), { name: 'QueueDoesNotExist' }));

    const left = await Promise.all([cleanUp.run(), cleanUp.run()]);

    expect(removed).toEqual(['queue', 'role', 'bucket']);
    expect(left).toEqual([['role: still used'], ['role: still used']]);
  });

  it('lets nothing be made after it was broken off', () => {
    const cleanUp = new CleanUp();

    cleanUp.stop();

    expect(() => cleanUp.add('bucket b', async () => {})).toThrow('bucket b is not made');
  });
});

describe('the options', () => {
  const ids = ['a', 'b'];

  it('are read', () => {
    expect(readOptions(['--only', 'a,b', '--repository', 'me/site', '--region', 'eu-west-1', '--yes'], ids)).toEqual({
      keep: false,
      yes: true,
      only: ['a', 'b'],
      region: 'eu-west-1',
      repository: { name: 'me/site', branch: 'main', host: 'https://github.com' },
    });
  });

  it.each([
    [['--only', 'c'], "--only names 'c'"],
    [['--repository', 'site'], "--repository must be OWNER/NAME, not 'site'."],
    [['--repository', 'me/site', '--token-secret', 'token'], '--token-secret must be the name of a secret'],
    [['--endpoint-url', 'https://example.com'], '--endpoint-url must be a local stack'],
    [['--stack-name', 'a_b'], '--stack-name must be up to 31 letters'],
  ])('%j are refused', (args, message) => {
    expect(() => readOptions(args, ids)).toThrow(message);
  });

  it('are asked for by the program, which then does nothing', async () => {
    const ended = await run(process.execPath, [program, '--only', 'nothing'], { env: {} }).catch((error) => error);

    expect(ended.code).toBe(1);
    expect(ended.stderr).toContain("--only names 'nothing', which is no id of docs/unverified-on-aws.md.");
    expect(ended.stderr).toContain('npm run verify:aws');
  });

  it('must say yes where nobody can be asked', async () => {
    const asked = run(process.execPath, [program], { env: {} });
    asked.child.stdin?.end();

    const ended = await asked.catch((error) => error);

    expect(ended.code).toBe(1);
    expect(ended.stdout).toContain('under 1 USD');
    expect(ended.stderr).toContain('Nobody can be asked here: say --yes.');
  });
});

describe('a stack of CloudFormation', () => {
  const cloudFormation = mockClient(CloudFormationClient);
  const account = { region: 'eu-west-1', cloudFormation: new CloudFormationClient() } as Partial<Account> as Account;
  const resource = (LogicalResourceId: string, more: Partial<StackResourceSummary> = {}): StackResourceSummary => ({
    LogicalResourceId,
    ResourceType: undefined,
    LastUpdatedTimestamp: undefined,
    ResourceStatus: undefined,
    ...more,
  });
  beforeEach(() => {
    const Outputs = [
      { OutputKey: 'ApiUrl', OutputValue: 'https://a', Description: 'd' },
      { OutputKey: 'KeyArn', OutputValue: 'arn' },
    ];
    const stack = { StackName: 'one', CreationTime: new Date(0), StackStatus: 'CREATE_COMPLETE', Outputs } as const;
    cloudFormation
      .on(DescribeStacksCommand)
      .resolves({ Stacks: [stack] })
      .on(ListStackResourcesCommand)
      .resolves({
        StackResourceSummaries: [resource('Table', { PhysicalResourceId: 't-1' }), resource('Key')],
        NextToken: 'more',
      })
      .on(ListStackResourcesCommand, { NextToken: 'more' })
      .resolves({ StackResourceSummaries: [resource('Bucket', { PhysicalResourceId: 'b-1' })] });
  });
  afterEach(() => cloudFormation.reset());
  afterAll(() => cloudFormation.restore());

  it('is read with its outputs and all pages of its resources', async () => {
    expect(await readStack(account, 'one')).toEqual({
      status: 'CREATE_COMPLETE',
      outputs: { ApiUrl: 'https://a', KeyArn: 'arn' },
      resources: { Table: 't-1', Key: '', Bucket: 'b-1' },
    });
  });

  it('is deployed by SAM without questions; what SAM says last is the reason when that fails', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'sluice-sam-'));
    const program =
      '#!/bin/sh\necho "$@" >> "$0.calls"\nif [ "$3" = bad ]; then echo "Circular dependency"; exit 3; fi\n';
    await writeFile(join(folder, 'sam'), program, { mode: 0o755 });
    vi.stubEnv('PATH', `${folder}:${process.env['PATH']}`);

    const { status } = await deploy(account, 'good', { ApprovalEmail: 'me@example.com' });
    const failing = deploy(account, 'bad');

    await expect(failing).rejects.toThrow('sam deploy ended with status 3: Circular dependency');
    expect(status).toBe('CREATE_COMPLETE');
    const [call] = (await readFile(join(folder, 'sam.calls'), 'utf8')).split('\n');
    expect(call).toMatch(/^deploy --stack-name good --region eu-west-1 --no-confirm-changeset .*CAPABILITY_IAM /);
    expect(call).toMatch(/--parameter-overrides PipelineRoles=sluice-verify\/\* ApprovalEmail=me@example.com$/);
    await rm(folder, { recursive: true });
  });

  it('is told from one that is not there, and from an error', async () => {
    const refusing = (name: string, message: string) =>
      cloudFormation
        .on(DescribeStacksCommand)
        .rejects(new CloudFormationServiceException({ name, message, $fault: 'client', $metadata: {} }));

    refusing('ValidationError', 'Stack with id one does not exist');
    expect(await readStack(account, 'one')).toBeUndefined();
    refusing('AccessDenied', 'not you');
    await expect(readStack(account, 'one')).rejects.toMatchObject({ name: 'AccessDenied' });
  });
});
