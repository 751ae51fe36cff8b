import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readConnection } from '../../aws/connection-record.ts';
import { objectsBy } from '../../aws/objects.ts';
import { privateHosts } from '../../aws/private-hosts.ts';
import { secretValue } from '../../aws/secret.ts';
import { connectionSource as type } from '../../domain/action-types/source.ts';
import { type Connection, connectionId } from '../../domain/connection.ts';
import { Failure, type Work } from '../../engine/work.ts';
import { inReadersTerms } from '../objects-failure.ts';
import type { Outcome, Provider } from '../provider.ts';
import { fetchByArchive } from './by-archive.ts';
import { fetchByGit } from './by-git.ts';
import type { Snapshot, Wanted } from './snapshot.ts';
import { zipSnapshot } from './zip-snapshot.ts';

const summaryLimit = 2048;
const nameLimit = 256;

/** Source/AWS/CodeStarSourceConnection/1: the files of a commit, without git's own. Fetching twice is fetching once. */
export const connectionSource: Provider = {
  types: [type],
  startClass: 'token',
  async start(work) {
    checkFormat(work);
    const folder = await mkdtemp(join(tmpdir(), 'commit-'));
    try {
      const connection = await connectionOf(work);
      const snapshot = await fetchCommit(work, connection, folder);
      try {
        return await store(work, connection, snapshot);
      } finally {
        await snapshot.close();
      }
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  },
};

/** A zip file instead of a reference would not be what the definition says. */
function checkFormat({ configuration: { OutputArtifactFormat: format = 'CODE_ZIP' } }: Work): void {
  if (format === 'CODE_ZIP') return;
  throw new Failure(
    'ConfigurationError',
    `OutputArtifactFormat is '${format.slice(0, 100)}'. Sluice makes only CODE_ZIP yet: nothing was fetched.`,
  );
}

async function connectionOf({ configuration }: Work): Promise<Connection> {
  const arn = configuration['ConnectionArn'] ?? '';
  const id = connectionId(arn);
  const found = id === undefined ? undefined : await readConnection(id);
  if (!found) throw new Failure('ConfigurationError', `There is no connection ${arn}.`);
  return found;
}

async function fetchCommit(
  { configuration, run, action }: Work,
  { host, api, credentialSecret }: Connection,
  folder: string,
): Promise<Snapshot> {
  const override = run.sourceOverrides.find(
    ({ actionName, revisionType }) => actionName === action.action && revisionType === 'COMMIT_ID',
  );
  const wanted: Wanted = {
    host,
    repository: configuration['FullRepositoryId'] ?? '',
    branch: configuration['BranchName'] ?? '',
    folder,
    network: { allowed: privateHosts },
    ...(override ? { commit: override.revisionValue } : {}),
    ...(credentialSecret === undefined ? {} : { token: await secretValue(credentialSecret) }),
  };
  return api === undefined ? fetchByGit(wanted) : fetchByArchive({ ...wanted, api });
}

async function store(work: Work, { host }: Connection, snapshot: Snapshot): Promise<Outcome> {
  const { configuration, action } = work;
  const { commit } = snapshot;
  const [output] = work.outputs;
  if (!output) throw new Error(`Action ${action.action} has no output artifact.`);
  const { name, bucket, key } = output;
  const encryption = output.encryptionKey === undefined ? 'aws:kms' : { key: output.encryptionKey };
  const body = await zipSnapshot(snapshot);
  const put = await inReadersTerms({ bucket }, () =>
    objectsBy(work.access).put(bucket, key, body, { contentType: 'application/zip', encryption }),
  );
  const url = `${host}/${configuration['FullRepositoryId']}/commit/${commit.id}`;
  const [firstLine = ''] = commit.message.split('\n');
  return {
    status: 'Succeeded',
    externalId: commit.id,
    url,
    ...(firstLine === '' ? {} : { summary: firstLine.slice(0, summaryLimit) }),
    outputVariables: withoutEmpty({
      AuthorDate: new Date(commit.authorTime).toISOString(),
      BranchName: configuration['BranchName'] ?? '',
      CommitId: commit.id,
      CommitMessage: commit.message,
      ConnectionArn: configuration['ConnectionArn'] ?? '',
      FullRepositoryName: configuration['FullRepositoryId'] ?? '',
    }),
    outputs: [{ name, bucket, key, ...put, revision: commit.id }],
    revision: {
      actionName: action.action,
      artifactName: name,
      revisionId: commit.id,
      ...(commit.message === '' ? {} : { revisionSummary: commit.message.slice(0, summaryLimit) }),
      revisionUrl: url,
      author: `${commit.authorName.slice(0, nameLimit)} <${commit.authorEmail.slice(0, nameLimit)}>`,
      created: commit.authorTime,
    },
  };
}

function withoutEmpty(variables: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(variables).filter(([, value]) => value !== ''));
}
