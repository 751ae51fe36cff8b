import type {
  ActionDeclaration,
  PipelineDeclaration,
  RuleDeclaration,
  StageDeclaration,
} from '../../functions/domain/declaration.ts';

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

const ofRules: Readonly<Record<string, Partial<RuleDeclaration>>> = {
  CloudWatchAlarm: { configuration: { AlarmName: 'errors' } },
  CodeBuild: { configuration: { ProjectName: 'web' }, inputArtifacts: [{ name: 'Src' }] },
  Commands: { commands: ['ls'], inputArtifacts: [{ name: 'Src' }] },
  DeploymentWindow: { configuration: { Cron: '0 0 9-17 ? * MON-FRI *' } },
  LambdaInvoke: { configuration: { FunctionName: 'judge' } },
  VariableCheck: { configuration: { Variable: 'main', Operator: 'EQ', Value: 'main' } },
};

/** A rule that is accepted. */
export const rule = (provider: string, more: Partial<RuleDeclaration> = {}): RuleDeclaration => ({
  name: `${provider}Rule`,
  ruleTypeId: { category: 'Rule', provider },
  ...ofRules[provider],
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
