import type { ActionDeclaration, StageDeclaration } from '../../functions/domain/declaration.ts';
import type { Users } from './users.ts';

/** What people do to a pipeline, from a world that holds `source.zip` in the bucket `source`; and how its runs then end, where nothing is disturbed. */
export interface ReferenceRun {
  readonly begin: (users: Users) => void;
  /** By the order of their start. */
  readonly ends: readonly string[];
}

const at = (id: ActionDeclaration['actionTypeId'], name: string, more: Partial<ActionDeclaration> = {}) => ({
  name,
  actionTypeId: id,
  ...more,
});
const aws = (category: 'Source' | 'Build' | 'Deploy' | 'Approval', provider: string) =>
  ({ category, owner: 'AWS', provider, version: '1' }) as const;

const source: StageDeclaration = {
  name: 'Source',
  actions: [
    at(aws('Source', 'S3'), 'Fetch', {
      configuration: { S3Bucket: 'source', S3ObjectKey: 'source.zip', PollForSourceChanges: 'false' },
      outputArtifacts: [{ name: 'Code' }],
    }),
  ],
};
const code = { inputArtifacts: [{ name: 'Code' }] };
const build = (ProjectName: string): StageDeclaration => ({
  name: 'Build',
  actions: [at(aws('Build', 'CodeBuild'), 'Build', { ...code, configuration: { ProjectName } })],
});
const approve: StageDeclaration = { name: 'Approve', actions: [at(aws('Approval', 'Manual'), 'Approve')] };
const deploy: StageDeclaration = {
  name: 'Deploy',
  actions: [
    at(aws('Deploy', 'S3'), 'Deploy', {
      ...code,
      configuration: { BucketName: 'site', Extract: 'false', ObjectKey: 'site.zip' },
    }),
  ],
};
/** Runs by name: each call of each of them is a point of the matrix. A new one is an entry here. */
export const referenceRuns: Readonly<Record<string, ReferenceRun>> = {
  straight: {
    begin: (users) => users.make({ stages: [source, build('project'), approve, deploy] }),
    ends: ['Succeeded'],
  },
};
