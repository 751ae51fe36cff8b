import type { ActionDeclaration, PipelineDeclaration } from './declaration.ts';
import { Refusal } from './refusal.ts';
import type { SourceRevisionOverride } from './run.ts';

const kinds: ReadonlyMap<string, readonly SourceRevisionOverride['revisionType'][]> = new Map([
  ['CodeStarSourceConnection', ['COMMIT_ID']],
  ['CodeCommit', ['COMMIT_ID']],
  ['ECR', ['IMAGE_DIGEST']],
  ['S3', ['S3_OBJECT_VERSION_ID', 'S3_OBJECT_KEY']],
]);

/** Accepts the revisions that a start names for source actions: of an action that is there, of a kind that it takes. */
export function acceptOverrides(
  definition: PipelineDeclaration,
  overrides: readonly SourceRevisionOverride[],
): readonly SourceRevisionOverride[] {
  for (const { actionName, revisionType } of overrides) {
    const action = definition.stages[0]?.actions.find(({ name }) => name === actionName);
    if (!action)
      throw new Refusal('ValidationException', `Pipeline '${definition.name}' has no source action '${actionName}'.`);
    const allowed = kindsOf(action);
    if (!allowed.includes(revisionType)) {
      throw new Refusal(
        'ValidationException',
        `Source action '${actionName}' takes a revision of type ${allowed.join(' or ') || 'none'}, not ${revisionType}.`,
      );
    }
    if (revisionType === 'S3_OBJECT_KEY' && action.configuration?.['AllowOverrideForS3ObjectKey'] !== 'true') {
      throw new Refusal(
        'ValidationException',
        `Source action '${actionName}' does not allow S3_OBJECT_KEY: set AllowOverrideForS3ObjectKey to true.`,
      );
    }
  }
  return overrides;
}

/** What has a source action fetch this revision and no newer one; nothing where its type takes no revision. */
export function pinned(action: ActionDeclaration, revision: string): readonly SourceRevisionOverride[] {
  const [revisionType] = kindsOf(action);
  return revisionType ? [{ actionName: action.name, revisionType, revisionValue: revision }] : [];
}

/** The types of revisions that an action fetches; none of a custom one, whatever its provider is called. */
function kindsOf({ actionTypeId: { owner, provider } }: ActionDeclaration) {
  return (owner === 'AWS' && kinds.get(provider)) || [];
}
