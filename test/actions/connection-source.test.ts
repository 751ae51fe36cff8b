import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CreateBucketCommand, GetObjectCommand } from '@aws-sdk/client-s3';
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { DynamoDBDocumentClient, GetCommand } from '@aws-sdk/lib-dynamodb';
import { mockClient } from 'aws-sdk-client-mock';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { connectionSource } from '../../functions/actions/connection/connection-source.ts';
import { connectionSource as type } from '../../functions/domain/action-types/source.ts';
import { newFolder, openStage, removeFolder } from '../local/s3/stage.ts';
import { aWork, reach } from './a-work.ts';
import { emptyFolder, openIn, openRepository } from './git-host.ts';
import { unzipped } from './zips.ts';

vi.hoisted(() => {
  process.env['PRIVATE_HOSTS'] = '127.0.0.1';
});

describe('a source action', () => {
  const id = '10ca1000-0000-4000-8000-000000000001';
  const ConnectionArn = `arn:aws:codeconnections:eu-west-1:000000000000:connection/${id}`;
  const configuration = { ConnectionArn, FullRepositoryId: 'team/web', BranchName: 'main' };
  const output = { name: 'Source', bucket: 'artifacts', key: 'hello-site/Source/1.zip' };

  /** A connection to a repository, and the artifact store. */
  async function opened(more: object = {}) {
    const stage = await openStage(newFolder());
    const repository = await openRepository();
    const table = mockClient(DynamoDBDocumentClient);
    const secrets = mockClient(SecretsManagerClient);
    reach('S3', stage.endpoint);
    await stage.client.send(new CreateBucketCommand({ Bucket: output.bucket }));
    table.on(GetCommand).resolves({});
    table.on(GetCommand, { Key: { pk: `CONNECTION#${id}`, sk: 'CONNECTION' } }).resolves({
      Item: { id, arn: ConnectionArn, kind: 'GitHub', host: repository.host, webhookSecret: 'w', ...more },
    });
    secrets.on(GetSecretValueCommand, { SecretId: 'credential' }).resolves({ SecretString: 'a-token' });
    return {
      repository,
      async stored() {
        const { Body } = await stage.client.send(new GetObjectCommand({ Bucket: output.bucket, Key: output.key }));
        return Buffer.from((await Body?.transformToByteArray()) ?? []);
      },
      async close() {
        vi.unstubAllEnvs();
        table.restore();
        secrets.restore();
        await repository.close();
        await stage.close();
        removeFolder(stage.dir);
      },
    };
  }

  let place: Awaited<ReturnType<typeof opened>>;
  beforeEach(async () => {
    place = await opened();
  });
  afterEach(() => place.close());

  it('stores the commit’s files and says which commit it is; done twice it does the same', async () => {
    const commitId = await place.repository.commit('Größer\n\nAnd why.');
    const work = aWork(type, { configuration, outputs: [output] });

    const outcome = await connectionSource.start(work);
    const first = await place.stored();
    const again = await connectionSource.start(work);

    const url = `${place.repository.host}/team/web/commit/${commitId}`;
    expect(outcome).toMatchObject({
      status: 'Succeeded',
      externalId: commitId,
      url,
      summary: 'Größer',
      outputVariables: {
        AuthorDate: '2026-01-02T02:04:05.000Z',
        BranchName: 'main',
        CommitId: commitId,
        CommitMessage: 'Größer\n\nAnd why.',
        ConnectionArn,
        FullRepositoryName: 'team/web',
      },
      outputs: [{ ...output, revision: commitId }],
      revision: {
        actionName: 'Act',
        artifactName: 'Source',
        revisionId: commitId,
        revisionSummary: 'Größer\n\nAnd why.',
        revisionUrl: url,
        author: 'Ines Díaz <ines@example.com>',
      },
    });
    expect(await unzipped(first)).toMatchObject([{ path: 'README.md', text: 'Hello\n' }]);
    expect((await place.stored()).equals(first)).toBe(true);
    expect(again).toEqual(outcome);
  });

  it.each(['99999999999999999999', '-99999999999999999999'])(
    'takes a commit of a time that no date can be: %s',
    async (time) => {
      const tree = await place.repository.git('rev-parse', 'HEAD^{tree}');
      const name = 'A'.repeat(5000);
      const file = join(emptyFolder(), 'commit');
      const person = `${name} <${name}> ${time} +0000`;
      await writeFile(file, `tree ${tree}\nauthor ${person}\ncommitter ${person}\n\nOdd\n`);
      const commitId = await place.repository.git('hash-object', '-t', 'commit', '-w', '--literally', file);
      await place.repository.git('push', '--quiet', 'origin', `+${commitId}:refs/heads/main`);

      const outcome = await connectionSource.start(aWork(type, { configuration, outputs: [output] }));

      expect(outcome).toMatchObject({
        externalId: commitId,
        outputVariables: { AuthorDate: '1970-01-01T00:00:00.000Z' },
        revision: { author: `${'A'.repeat(256)} <${'A'.repeat(256)}>`, created: 0 },
      });
    },
  );

  it('fetches nothing where a reference is wanted instead of files', async () => {
    const wanted = { ...configuration, OutputArtifactFormat: 'CODEBUILD_CLONE_REF' };

    const started = connectionSource.start(aWork(type, { configuration: wanted, outputs: [output] }));

    await expect(started).rejects.toMatchObject({
      code: 'ConfigurationError',
      message: expect.stringContaining(
        "OutputArtifactFormat is 'CODEBUILD_CLONE_REF', and Sluice makes only CODE_ZIP yet",
      ),
    });
    await expect(place.stored()).rejects.toThrow();
  });

  it('takes the commit that the run was started with', async () => {
    const old = await place.repository.git('rev-parse', 'HEAD');
    await place.repository.commit('Newer');

    const outcome = await connectionSource.start(
      aWork(type, { configuration, outputs: [output] }, [{ revisionType: 'COMMIT_ID', revisionValue: old }]),
    );

    expect(outcome).toMatchObject({ externalId: old });
  });

  describe.each([
    { kind: 'GitHub', ref: 'refs/pull/7/head', page: 'commit', digits: 40 },
    { kind: 'GitLab', ref: 'refs/merge-requests/7/head', page: '-/commit', digits: 40 },
    { kind: 'Bitbucket', ref: 'refs/heads/topic', page: 'commits', digits: 12 },
  ])('of a pull request of $kind', ({ kind, ref, page, digits }) => {
    it('is found where the host keeps it, and its variables tell of the pull request', async () => {
      await place.close();
      place = await opened({ kind });
      const main = await place.repository.git('rev-parse', 'HEAD');
      const commitId = await place.repository.commit('On no branch here');
      await place.repository.git('push', '--quiet', 'origin', `${commitId}:${ref}`, `+${main}:refs/heads/main`);
      const told = commitId.slice(0, digits);
      const pullRequest = { id: '7', event: 'OPEN', destinationBranch: 'main' };
      const common = { providerType: kind, repository: 'team/web', connectionArn: ConnectionArn, commitMessage: '' };
      const git = { ...common, commitId: told, branch: 'topic', pullRequest };
      const work = aWork(type, { configuration, outputs: [output] }, [
        { revisionType: 'COMMIT_ID', revisionValue: told },
      ]);

      const outcome = await connectionSource.start({
        ...work,
        run: { ...work.run, trigger: { type: 'WebhookV2', detail: ConnectionArn, git } },
      });

      expect(outcome).toMatchObject({
        externalId: commitId,
        url: `${place.repository.host}/team/web/${page}/${commitId}`,
        outputVariables: {
          BranchName: 'topic',
          CommitId: commitId,
          PullRequestId: '7',
          DestinationBranchName: 'main',
        },
      });
    });
  });

  it('leaves nothing on the disk and no file open, whatever comes of it', async () => {
    const folder = emptyFolder();
    vi.stubEnv('TMPDIR', folder);
    const work = (BranchName: string, bucket = output.bucket) =>
      aWork(type, { configuration: { ...configuration, BranchName }, outputs: [{ ...output, bucket }] });

    await connectionSource.start(work('main'));
    const failures = [work('nowhere'), work('main', 'nowhere')].map((each) => connectionSource.start(each));

    expect((await Promise.allSettled(failures)).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect(await readdir(folder)).toEqual([]);
    await vi.waitFor(async () => expect(await openIn(folder)).toBe(0));
  });

  it.each(['arn:aws:codeconnections:eu-west-1:000000000000:connection/no', ConnectionArn.replace(/1$/, '2')])(
    'fails when there is no such connection: %s',
    async (arn) => {
      const work = aWork(type, { configuration: { ...configuration, ConnectionArn: arn }, outputs: [output] });

      await expect(connectionSource.start(work)).rejects.toMatchObject({
        code: 'ConfigurationError',
        message: `There is no connection ${arn}.`,
      });
    },
  );

  it('fails when the artifact store is gone', async () => {
    const work = aWork(type, { configuration, outputs: [{ ...output, bucket: 'nowhere' }] });

    await expect(connectionSource.start(work)).rejects.toMatchObject({
      code: 'ConfigurationError',
      message: 'No bucket with the name nowhere was found',
    });
  });
});
