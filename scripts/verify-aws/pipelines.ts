import type { ActionDeclaration, PipelineDeclaration } from '@aws-sdk/client-codepipeline';

/** What the pipelines of the walk are made of. */
export interface Materials {
  readonly bucket: string;
  readonly sourceBucket: string;
  readonly sourceKey: string;
  readonly extraKey: string;
  readonly siteBucket: string;
  readonly project: string;
  readonly role: string;
  readonly deployRole: string;
  readonly outsideRole: string;
  /** A repository instead of `sourceKey`. */
  readonly connection?: { readonly arn: string; readonly repository: string; readonly branch: string };
}

/** Prints what CodeBuild gives a build, and makes two artifacts of two inputs. */
const buildspec = `version: 0.2
env:
  exported-variables: [PAGES]
phases:
  build:
    commands:
      - mkdir -p public
      - if [ -d site ]; then cp -R site/. public/; fi
      - test -f public/index.html || echo 'A page.' > public/index.html
      - echo "verify initiator=$CODEBUILD_INITIATOR"
      - echo "verify resolved=$CODEBUILD_RESOLVED_SOURCE_VERSION"
      - echo "verify extra=$(cat "$CODEBUILD_SRC_DIR_Extra/extra.txt")"
      - printf '%s' "$CODEBUILD_RESOLVED_SOURCE_VERSION" > report.txt
      - export PAGES=$(find public -name '*.html' | wc -l | tr -d ' ')
artifacts:
  secondary-artifacts:
    Site:
      base-directory: public
      files: ['**/*']
    Report:
      files: [report.txt]
`;

/** Of a build that tells which version of its source it got. */
export const markerBuildspec = `version: 0.2
phases:
  build:
    commands:
      - echo "verify marker=$(cat marker.txt)"
`;

const type = (category: 'Source' | 'Build' | 'Approval' | 'Deploy', provider: string) =>
  ({ category, owner: 'AWS', provider, version: '1' }) as const;

function declaration(name: string, role: string, bucket: string, stages: PipelineDeclaration['stages']) {
  return { name, pipelineType: 'V2', roleArn: role, artifactStore: { type: 'S3', location: bucket }, stages } as const;
}

function fromBucket(name: string, bucket: string, key: string): ActionDeclaration {
  return {
    name,
    actionTypeId: type('Source', 'S3'),
    configuration: { S3Bucket: bucket, S3ObjectKey: key, PollForSourceChanges: 'false' },
    outputArtifacts: [{ name }],
  };
}

function approval(name: string): ActionDeclaration {
  return { name, actionTypeId: type('Approval', 'Manual') };
}

/** Source (two actions), Build (two inputs, two outputs), Approve, Deploy by a role of its own. */
export function sitePipeline(name: string, materials: Materials): PipelineDeclaration {
  const { bucket, sourceBucket, sourceKey, extraKey, siteBucket, project, role, deployRole, connection } = materials;
  const fetch: ActionDeclaration =
    connection === undefined
      ? fromBucket('Fetch', sourceBucket, sourceKey)
      : {
          name: 'Fetch',
          actionTypeId: type('Source', 'CodeStarSourceConnection'),
          configuration: {
            ConnectionArn: connection.arn,
            FullRepositoryId: connection.repository,
            BranchName: connection.branch,
          },
          outputArtifacts: [{ name: 'Fetch' }],
        };
  return declaration(name, role, bucket, [
    { name: 'Source', actions: [fetch, fromBucket('Extra', sourceBucket, extraKey)] },
    {
      name: 'Build',
      actions: [
        {
          name: 'Build',
          actionTypeId: type('Build', 'CodeBuild'),
          configuration: { ProjectName: project, PrimarySource: 'Fetch', BuildspecOverride: buildspec },
          inputArtifacts: [{ name: 'Fetch' }, { name: 'Extra' }],
          outputArtifacts: [{ name: 'Site' }, { name: 'Report' }],
          namespace: 'Built',
        },
      ],
    },
    { name: 'Approve', actions: [{ ...approval('Review'), configuration: { CustomData: '#{Built.PAGES} pages' } }] },
    {
      name: 'Deploy',
      actions: [
        {
          name: 'Publish',
          actionTypeId: type('Deploy', 'S3'),
          configuration: { BucketName: siteBucket, Extract: 'true' },
          inputArtifacts: [{ name: 'Site' }],
          roleArn: deployRole,
        },
      ],
    },
  ]);
}

/** One approval that times out after five minutes. */
export function latePipeline(name: string, materials: Materials): PipelineDeclaration {
  return withApprovals(name, materials, materials.role, [{ ...approval('Late'), timeoutInMinutes: 5 }]);
}

/** Fifty approvals at once. */
export function widePipeline(name: string, materials: Materials): PipelineDeclaration {
  const fifty = Array.from({ length: 50 }, (_, index) => approval(`Review${index + 1}`));
  return withApprovals(name, materials, materials.role, fifty);
}

/** One by a role that the stack's functions may not assume. */
export function outsidePipeline(name: string, materials: Materials): PipelineDeclaration {
  return withApprovals(name, materials, materials.outsideRole, [approval('Never')]);
}

function withApprovals(
  name: string,
  { bucket, sourceBucket, extraKey }: Materials,
  role: string,
  actions: ActionDeclaration[],
): PipelineDeclaration {
  return declaration(name, role, bucket, [
    { name: 'Source', actions: [fromBucket('Extra', sourceBucket, extraKey)] },
    { name: 'Approve', actions },
  ]);
}
