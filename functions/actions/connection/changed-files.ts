import type { FilesRequest } from '../../aws/functions.ts';
import type { ConnectionKind } from '../../domain/connection.ts';
import { type ChangedFiles, changedFiles, type FilesQuestion } from '../../domain/git-event.ts';
import { task } from '../../lambda/task.ts';
import { type ApiHost, apiHostOf, askApi, memberOf } from './ask-api.ts';
import { repositoryPath } from './repository-path.ts';

/** Finds out which files changed, for a trigger's filter. Why they are not known is an answer too. */
export const filesAnswer = task(
  'ChangedFiles',
  ({ connection, repository }: FilesRequest) => ({ connection, repository }),
  async ({ connection: id, repository, files }): Promise<ChangedFiles> => {
    const host = await apiHostOf(id, repository);
    return 'unknown' in host ? host : askChangedFiles(host, files);
  },
);

/** How a kind of host is asked, and what its answer's pages hold. */
interface Dialect {
  readonly address: (path: string, question: FilesQuestion, page: number) => string;
  /** Of each file of a page its paths, before and after; undefined when it is not what the host would answer. */
  readonly files: (page: unknown) => readonly (readonly string[])[] | undefined;
  /** Files of a full page: what follows is on the next one, or not told. */
  readonly pageSize: (question: FilesQuestion) => number;
  /** How many pages are asked for at most. */
  readonly pages: (question: FilesQuestion) => number;
}

const mostPages = 10;

const dialects: Readonly<Record<ConnectionKind, Dialect>> = {
  /** REST API: "Compare two commits" lists 300 files on its first page alone; "List pull requests files". */
  GitHub: {
    address: (path, question, page) =>
      'pullRequest' in question
        ? `/repos/${path}/pulls/${question.pullRequest}/files?per_page=100&page=${page}`
        : `/repos/${path}/compare/${question.base}...${question.head}`,
    files: (page) => namesOf(memberOf(page, 'files') ?? page, ['filename', 'previous_filename']),
    pageSize: (question) => ('pullRequest' in question ? 100 : 300),
    pages: (question) => ('pullRequest' in question ? mostPages : 1),
  },
  /** Repositories API: "Compare branches, tags or commits"; Merge requests API: "List merge request diffs". */
  GitLab: {
    address: (path, question, page) =>
      'pullRequest' in question
        ? `/projects/${encodeURIComponent(path)}/merge_requests/${question.pullRequest}/diffs?per_page=100&page=${page}`
        : `/projects/${encodeURIComponent(path)}/repository/compare?from=${question.base}&to=${question.head}`,
    files: (page) =>
      memberOf(page, 'compare_timeout') === true
        ? undefined
        : namesOf(memberOf(page, 'diffs') ?? page, ['new_path', 'old_path']),
    pageSize: (question) => ('pullRequest' in question ? 100 : 1000),
    pages: (question) => ('pullRequest' in question ? mostPages : 1),
  },
  /** Bitbucket Cloud: "Compare two commit diff stats", "Get the diff stat for a pull request". */
  Bitbucket: {
    address: (path, question, page) =>
      'pullRequest' in question
        ? `/repositories/${path}/pullrequests/${question.pullRequest}/diffstat?pagelen=100&page=${page}`
        : `/repositories/${path}/diffstat/${question.head}..${question.base}?pagelen=100&page=${page}`,
    files: (page) => {
      const values = memberOf(page, 'values');
      if (!Array.isArray(values)) return undefined;
      return values.map((each: unknown) =>
        ['new', 'old'].flatMap((side) => textsOf(memberOf(memberOf(each, side), 'path'))),
      );
    },
    pageSize: () => 100,
    pages: () => mostPages,
  },
};

/** Asks a host which files changed. It is not known where the host lists no more of them, and where it does not answer. */
export async function askChangedFiles(host: ApiHost, question: FilesQuestion): Promise<ChangedFiles> {
  const { address, files, pageSize, pages } = dialects[host.kind];
  const path = host.kind === 'GitLab' ? host.repository : repositoryPath(host.repository);
  const found: string[] = [];
  for (let page = 1; page <= pages(question); page += 1) {
    const answered = await askApi(host, address(path, question, page), 'changed files');
    if ('unknown' in answered) return { unknown: answered.unknown };
    const listed = files(answered.json);
    if (!listed) return { unknown: 'the host answers no list of them' };
    found.push(...listed.flat());
    if (listed.length < pageSize(question)) return changedFiles(found);
  }
  return { unknown: `there are ${new Set(found).size} of them or more` };
}

function namesOf(list: unknown, members: readonly string[]): readonly (readonly string[])[] | undefined {
  if (!Array.isArray(list)) return undefined;
  return list.map((each: unknown) => members.flatMap((member) => textsOf(memberOf(each, member))));
}

function textsOf(value: unknown): readonly string[] {
  return typeof value === 'string' ? [value] : [];
}
