import { isConnectionSource } from '../connection.ts';
import type {
  GitCriteria,
  GitFilters,
  GitPullRequestFilter,
  GitPushFilter,
  PipelineDeclaration,
} from '../declaration.ts';
import { readGlob } from '../glob.ts';
import { type At, type Breaches, structureBreach } from './breach.ts';
import { duplicates } from './duplicates.ts';

/** Of all triggers as JSON (CodePipeline quotas). */
const mostBytes = 200 * 1024;

/** The rules of git triggers: each is of one source action that has a connection, and the only one of it; its filters can be read. */
export function* checkTriggers({ triggers = [], stages }: PipelineDeclaration): Breaches {
  const connected = new Set(
    stages[0]?.actions.filter(({ actionTypeId }) => isConnectionSource(actionTypeId)).map(({ name }) => name),
  );
  const named = triggers.map(({ gitConfiguration }) => gitConfiguration.sourceActionName);
  const at = (index: number) => ['triggers', index, 'gitConfiguration', 'sourceActionName'];
  for (const [index, name] of named.entries())
    if (!connected.has(name))
      yield structureBreach(
        `A trigger must reference a CodeStarSourceConnection action. '${name}' is no such action of the first stage.`,
        ...at(index),
      );
  for (const index of duplicates(named))
    yield structureBreach(
      `Source action '${named[index]}' has more than one trigger. An action can have one.`,
      ...at(index),
    );
  const bytes = bytesOf(JSON.stringify(triggers));
  if (bytes > mostBytes)
    yield structureBreach(`The triggers have ${bytes} bytes. They can have ${mostBytes}.`, 'triggers');
  for (const [index, { gitConfiguration }] of triggers.entries())
    yield* checkFilters(gitConfiguration, ['triggers', index, 'gitConfiguration']);
}

function* checkFilters(
  { sourceActionName, push = [], pullRequest = [] }: GitFilters & { readonly sourceActionName: string },
  at: At,
): Breaches {
  const of = `The trigger of source action '${sourceActionName}'`;
  if (push.length === 0 && pullRequest.length === 0)
    yield structureBreach(`${of} has neither push nor pullRequest. It must have one of them.`, ...at);
  for (const [kind, filters] of Object.entries({ push, pullRequest })) {
    for (const index of duplicates(filters.map((filter) => JSON.stringify(inOrder(filter)))))
      yield structureBreach(`${of} has the same ${kind} filter more than once.`, ...at, kind, index);
    for (const [index, filter] of filters.entries())
      yield* checkFilter(`${of} has in a ${kind} filter`, filter, [...at, kind, index]);
  }
}

function* checkFilter(
  has: string,
  { tags, branches, filePaths }: GitPushFilter & GitPullRequestFilter,
  at: At,
): Breaches {
  for (const [what, criteria] of Object.entries({ tags, branches, filePaths }))
    for (const [list, patterns] of Object.entries(criteria ?? {}))
      for (const [index, pattern] of (patterns as readonly string[]).entries()) {
        const glob = readGlob(pattern);
        if ('fault' in glob)
          yield structureBreach(`${has} the pattern '${pattern}' of ${what}. ${glob.fault}`, ...at, what, list, index);
      }
}

/** The same filter is the same text. */
function inOrder({ tags, branches, filePaths, events }: GitPushFilter & GitPullRequestFilter): object {
  const lists = (criteria: GitCriteria | undefined) =>
    criteria && [sorted(criteria.includes), sorted(criteria.excludes)];
  return { tags: lists(tags), branches: lists(branches), filePaths: lists(filePaths), events: sorted(events) };
}

function sorted(texts: readonly string[] | undefined): readonly string[] | undefined {
  return texts && [...texts].sort();
}

function bytesOf(text: string): number {
  let bytes = 0;
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0;
    bytes += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
  }
  return bytes;
}
