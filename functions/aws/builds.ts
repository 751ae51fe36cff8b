import {
  BatchGetBuildsCommand,
  type Build,
  CodeBuildClient,
  ListBuildsForProjectCommand,
  StartBuildCommand,
  type StartBuildCommandInput,
  StopBuildCommand,
} from '@aws-sdk/client-codebuild';
import type { Access } from './roles.ts';

export type { Build, StartBuildCommandInput };

/** The project of Sluice's that shell commands are run on. */
export const commandsProject = process.env['COMMANDS_PROJECT'] ?? '';

/** Builds of one account and Region, as a role. */
export interface Builds {
  start(input: StartBuildCommandInput): Promise<Build>;
  /** Undefined when there is no such build. */
  get(id: string): Promise<Build | undefined>;
  /** The newest builds of a project, a hundred at most. */
  newest(project: string): Promise<readonly Build[]>;
  stop(id: string): Promise<void>;
}

/** Reaches CodeBuild as a role. */
export function buildsBy({ region, credentials }: Access): Builds {
  const client = new CodeBuildClient({ region, credentials });
  const batch = async (ids: string[]) =>
    ids.length === 0 ? [] : ((await client.send(new BatchGetBuildsCommand({ ids }))).builds ?? []);
  return {
    async start(input) {
      const { build } = await client.send(new StartBuildCommand(input));
      if (!build?.id) throw new Error('CodeBuild started a build without an id.');
      return build;
    },
    async get(id) {
      return (await batch([id]))[0];
    },
    async newest(projectName) {
      const { ids } = await client.send(new ListBuildsForProjectCommand({ projectName, sortOrder: 'DESCENDING' }));
      return batch((ids ?? []).slice(0, 100));
    },
    async stop(id) {
      await client.send(new StopBuildCommand({ id }));
    },
  };
}
