import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readConnection } from '../../aws/connection-record.ts';
import { privateHosts } from '../../aws/private-hosts.ts';
import { secretValue } from '../../aws/secret.ts';
import { uploadBy } from '../../aws/upload.ts';
import { connectionSource as type } from '../../domain/action-types/source.ts';
import { type Connection, connectionId } from '../../domain/connection.ts';
import { whyNotFetched } from '../../domain/not-carried-out.ts';
import type { GitTrigger, Run } from '../../domain/run.ts';
import { inReadersTerms } from '../../engine/objects-failure.ts';
import { Failure, type Work } from '../../engine/work.ts';
import type { Outcome, Provider } from '../provider.ts';
import { fetchByArchive } from './by-archive.ts';
import { fetchByGit } from './by-git.ts';
import type { Snapshot, Wanted } from './snapshot.ts';
import { zipSnapshot } from './zip-snapshot.ts';

const summaryLimit = 2048;
const nameLimit = 256;
/** Where a host shows a commit, after the repository. */
const commitPages = { GitHub: 'commit', GitLab: '-/commit', Bitbucket: 'commits' } as const;

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

function checkFormat({ configuration }: Work): void {
  const why = whyNotFetched(configuration['OutputArtifactFormat']);
  if (why !== undefined) throw new Failure('ConfigurationError', `${why}: nothing was fetched.`);
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
  { kind, host, api, credentialSecret }: Connection,
  folder: string,
): Promise<Snapshot> {
  const commit = pinnedCommit(run, action.action);
  const event = eventOf(run, action.action);
  const ref = refOf(kind, event);
  const wanted: Wanted = {
    kind,
    host,
    repository: configuration['FullRepositoryId'] ?? '',
    branch: event.branch ?? configuration['BranchName'] ?? '',
    folder,
    network: { allowed: privateHosts },
    ...(ref === undefined ? {} : { ref }),
    ...(commit === undefined ? {} : { commit }),
    ...(credentialSecret === undefined ? {} : { token: await secretValue(credentialSecret) }),
  };
  return api !== undefined && kind === 'GitHub' ? fetchByArchive({ ...wanted, api }) : fetchByGit(wanted);
}

function pinnedCommit({ sourceOverrides }: Run, action: string): string | undefined {
  return sourceOverrides.find((each) => each.actionName === action && each.revisionType === 'COMMIT_ID')?.revisionValue;
}

/** What the host told of, where this is the action that it started the run by. */
function eventOf(run: Run, action: string): Partial<GitTrigger> {
  const { git } = run.trigger;
  return git && git.commitId === pinnedCommit(run, action) ? git : {};
}

/** Where a host keeps the commit of a tag, and that of a pull request whose branch may be gone by now. */
function refOf(kind: Connection['kind'], { tag, pullRequest }: Partial<GitTrigger>): string | undefined {
  if (tag !== undefined) return `refs/tags/${tag}`;
  if (!pullRequest) return undefined;
  const { id, event, destinationBranch } = pullRequest;
  if (kind === 'GitHub') return `refs/pull/${id}/head`;
  if (kind === 'GitLab') return `refs/merge-requests/${id}/head`;
  return event === 'CLOSED' ? `refs/heads/${destinationBranch}` : undefined;
}

async function store(work: Work, { host, kind }: Connection, snapshot: Snapshot): Promise<Outcome> {
  const { configuration, action, run } = work;
  const { commit } = snapshot;
  const { branch, tag, pullRequest } = eventOf(run, action.action);
  const [output] = work.outputs;
  if (!output) throw new Error(`Action ${action.action} has no output artifact.`);
  const { name, bucket, key } = output;
  const encryption = output.encryptionKey === undefined ? 'aws:kms' : { key: output.encryptionKey };
  const body = await zipSnapshot(snapshot);
  const put = await inReadersTerms({ bucket }, () =>
    uploadBy(work.access)(bucket, key, body, { contentType: 'application/zip', encryption }),
  );
  const url = `${host}/${configuration['FullRepositoryId']}/${commitPages[kind]}/${commit.id}`;
  const [firstLine = ''] = commit.message.split('\n');
  return {
    status: 'Succeeded',
    externalId: commit.id,
    url,
    ...(firstLine === '' ? {} : { summary: firstLine.slice(0, summaryLimit) }),
    outputVariables: withoutEmpty({
      AuthorDate: new Date(commit.authorTime).toISOString(),
      BranchName: branch ?? configuration['BranchName'] ?? '',
      CommitId: commit.id,
      CommitMessage: commit.message,
      ConnectionArn: configuration['ConnectionArn'] ?? '',
      FullRepositoryName: configuration['FullRepositoryId'] ?? '',
      TagName: tag ?? '',
      PullRequestId: pullRequest?.id ?? '',
      DestinationBranchName: pullRequest?.destinationBranch ?? '',
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
