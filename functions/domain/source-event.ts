import type { ActionDeclaration, PipelineDeclaration } from './declaration.ts';
import type { SourceRevisionOverride } from './run.ts';

/** A change of a source, as an event of the default bus tells of it. All texts are a stranger's. */
export type SourceEvent =
  | { readonly type: 'Object'; readonly bucket: string; readonly key: string; readonly revision?: string }
  | { readonly type: 'Commit'; readonly repository: string; readonly branch: string; readonly revision: string }
  | { readonly type: 'Image'; readonly repository: string; readonly tag: string; readonly revision: string };

type Json = Readonly<Record<string, unknown>>;

/** The change that an event tells of; undefined for an event of anything else. Only what makes a revision counts: no deletion, no failed push. */
export function readSourceEvent(event: unknown): SourceEvent | undefined {
  const detail = at(event, 'detail');
  switch (`${text(event, 'source')} ${text(event, 'detail-type')}`) {
    case 'aws.s3 Object Created':
      return objectOf(
        text(detail, 'bucket', 'name'),
        text(detail, 'object', 'key'),
        text(detail, 'object', 'version-id'),
      );
    case 'aws.s3 AWS API Call via CloudTrail':
      return objectOf(
        text(detail, 'requestParameters', 'bucketName'),
        text(detail, 'requestParameters', 'key'),
        text(detail, 'responseElements', 'x-amz-version-id'),
      );
    case 'aws.codecommit CodeCommit Repository State Change':
      return text(detail, 'referenceType') === 'branch' && text(detail, 'commitId') !== ''
        ? {
            type: 'Commit',
            repository: text(detail, 'repositoryName'),
            branch: text(detail, 'referenceName'),
            revision: text(detail, 'commitId'),
          }
        : undefined;
    case 'aws.ecr ECR Image Action':
      return text(detail, 'action-type') === 'PUSH' && text(detail, 'result') === 'SUCCESS'
        ? {
            type: 'Image',
            repository: text(detail, 'repository-name'),
            tag: text(detail, 'image-tag'),
            revision: text(detail, 'image-digest'),
          }
        : undefined;
    default:
      return undefined;
  }
}

function objectOf(bucket: string, key: string, version: string): SourceEvent | undefined {
  if (bucket === '' || key === '') return undefined;
  return { type: 'Object', bucket, key, ...(version === '' ? {} : { revision: version }) };
}

/** Where a change happened. */
export function placeOf(event: SourceEvent): string {
  switch (event.type) {
    case 'Object':
      return `s3://${event.bucket}/${event.key}`;
    case 'Commit':
      return `branch '${event.branch}' of ${event.repository}`;
    case 'Image':
      return `${event.repository}:${event.tag}`;
  }
}

/** The source actions of a pipeline that fetch what has changed. */
export function concerned({ stages }: PipelineDeclaration, event: SourceEvent): readonly ActionDeclaration[] {
  return (stages[0]?.actions ?? []).filter((action) => fetches(action, event));
}

function fetches(
  { actionTypeId: { owner, provider }, configuration: has = {} }: ActionDeclaration,
  event: SourceEvent,
) {
  if (owner !== 'AWS') return false;
  switch (event.type) {
    case 'Object':
      return provider === 'S3' && has['S3Bucket'] === event.bucket && has['S3ObjectKey'] === event.key;
    case 'Commit':
      return (
        provider === 'CodeCommit' && has['RepositoryName'] === event.repository && has['BranchName'] === event.branch
      );
    case 'Image': {
      const { RepositoryName, ImageTag = 'latest' } = has;
      return provider === 'ECR' && RepositoryName === event.repository && ImageTag === event.tag;
    }
  }
}

const revisionTypes = { Object: 'S3_OBJECT_VERSION_ID', Commit: 'COMMIT_ID', Image: 'IMAGE_DIGEST' } as const;

/**
 * The revisions that a change pins: its own. In PARALLEL mode sources of S3 and CodeCommit take what is newest when they begin (CodePipeline
 * user guide, "How pipeline executions work").
 */
export function pinnedBy(
  event: SourceEvent,
  actions: readonly Pick<ActionDeclaration, 'name'>[],
  isParallel: boolean,
): readonly SourceRevisionOverride[] {
  const { revision } = event;
  if (revision === undefined || (isParallel && event.type !== 'Image')) return [];
  const revisionType = revisionTypes[event.type];
  return actions.map(({ name }) => ({ actionName: name, revisionType, revisionValue: revision }));
}

/** The text at a path of members; none is the empty text. */
export function text(value: unknown, ...path: readonly string[]): string {
  const found = path.reduce<unknown>(at, value);
  return typeof found === 'string' ? found : '';
}

function at(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, name) ? (value as Json)[name] : undefined;
}
