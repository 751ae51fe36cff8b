import type { ActionDeclaration, PipelineDeclaration, StageDeclaration } from '../../functions/domain/declaration.ts';

export const home = { region: 'eu-west-1', account: '111122223333' };

type More = Partial<ActionDeclaration>;

export const source = (name = 'Fetch', more: More = {}): ActionDeclaration => ({
  name,
  actionTypeId: { category: 'Source', owner: 'AWS', provider: 'S3', version: '1' },
  configuration: { S3Bucket: 'drop', S3ObjectKey: 'app.zip' },
  outputArtifacts: [{ name: 'Src' }],
  ...more,
});

export const build = (name = 'Make', more: More = {}): ActionDeclaration => ({
  name,
  actionTypeId: { category: 'Build', owner: 'AWS', provider: 'CodeBuild', version: '1' },
  configuration: { ProjectName: 'web' },
  inputArtifacts: [{ name: 'Src' }],
  ...more,
});

export const deploy = (name = 'Put', more: More = {}): ActionDeclaration => ({
  name,
  actionTypeId: { category: 'Deploy', owner: 'AWS', provider: 'S3', version: '1' },
  configuration: { BucketName: 'site', Extract: 'true' },
  inputArtifacts: [{ name: 'Src' }],
  ...more,
});

export const approval = (name = 'Ask', more: More = {}): ActionDeclaration => ({
  name,
  actionTypeId: { category: 'Approval', owner: 'AWS', provider: 'Manual', version: '1' },
  ...more,
});

export const stage = (name: string, ...actions: ActionDeclaration[]): StageDeclaration => ({ name, actions });

/** A pipeline that is accepted: its stages after a first one that fetches `Src`. */
export const pipeline = (
  later: readonly StageDeclaration[],
  more: Partial<PipelineDeclaration> = {},
): PipelineDeclaration => ({
  name: 'web',
  roleArn: 'arn:aws:iam::111122223333:role/web',
  artifactStore: { type: 'S3', location: 'store' },
  stages: [stage('Source', source()), ...later],
  ...more,
});
