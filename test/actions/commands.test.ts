import {
  BatchGetBuildsCommand,
  CodeBuildClient,
  ListBuildsForProjectCommand,
  StartBuildCommand,
} from '@aws-sdk/client-codebuild';
import { mockClient } from 'aws-sdk-client-mock';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Provider } from '../../functions/actions/provider.ts';
import { commandsRule } from '../../functions/domain/rule-types.ts';
import { aWork, begun } from './a-work.ts';

const builds = mockClient(CodeBuildClient);
let commands: Provider;
beforeAll(async () => {
  vi.stubEnv('COMMANDS_PROJECT', 'sluice-commands');
  ({ commands } = await import('../../functions/actions/codebuild/commands.ts'));
});
beforeEach(() => void builds.reset());
afterAll(() => {
  builds.restore();
  vi.unstubAllEnvs();
});

const source = { name: 'Src', bucket: 'artifacts', key: 'web/Src/1.zip', versionId: 'v1', revision: 'c0ffee' };
const more = { name: 'More', bucket: 'artifacts', key: 'web/More/2.zip' };
const work = (lines: readonly string[], now = begun) => {
  const { declaration } = aWork(commandsRule);
  return aWork(commandsRule, {
    now,
    declaration: { ...declaration, commands: lines },
    commandVariables: { '#{src.Id}': '$(rm -rf /)' },
    inputs: [source, more],
  });
};

describe('commands', () => {
  it('run on Sluice’s project as the role of the rule, in the first artifact', async () => {
    builds.on(StartBuildCommand).resolves({ build: { id: 'sluice-commands:1', buildStatus: 'IN_PROGRESS' } });

    const outcome = await commands.start(work(['echo: yes', 'echo "#{src.Id}"']));

    const input = builds.commandCalls(StartBuildCommand)[0]?.args[0].input;
    expect(outcome).toMatchObject({ status: 'Running', externalId: 'sluice-commands:1' });
    expect(input).toMatchObject({
      projectName: 'sluice-commands',
      sourceTypeOverride: 'S3',
      sourceLocationOverride: 'artifacts/web/Src/1.zip',
      sourceVersion: 'v1',
      secondarySourcesOverride: [{ type: 'S3', sourceIdentifier: 'More', location: 'artifacts/web/More/2.zip' }],
      artifactsOverride: { type: 'NO_ARTIFACTS' },
      serviceRoleOverride: 'arn:aws:iam::000000000000:role/r',
      logsConfigOverride: { cloudWatchLogs: { status: 'ENABLED', groupName: '/aws/codepipeline/hello-site' } },
    });
    expect(JSON.parse(input?.buildspecOverride ?? '')).toEqual({
      version: '0.2',
      phases: { build: { commands: ['echo: yes', 'echo "${SLUICE_VARIABLE_1}"'] } },
    });
    expect(input?.environmentVariablesOverride).toContainEqual({
      name: 'SLUICE_VARIABLE_1',
      value: '$(rm -rf /)',
      type: 'PLAINTEXT',
    });
  });

  it('are found again among the builds of that project', async () => {
    const environmentVariables = [{ name: 'SLUICE_ACTION', value: aWork(commandsRule).action.key }];
    builds.on(ListBuildsForProjectCommand).resolves({ ids: ['sluice-commands:1'] });
    builds.on(BatchGetBuildsCommand).resolves({
      builds: [
        {
          id: 'sluice-commands:1',
          buildStatus: 'SUCCEEDED',
          environment: {
            environmentVariables,
            type: 'LINUX_CONTAINER',
            image: 'i',
            computeType: 'BUILD_GENERAL1_SMALL',
          },
        },
      ],
    });

    const found = await commands.find?.(work(['true'], begun + 10 * 60_000));

    expect(found).toMatchObject({ status: 'Succeeded', outputs: [] });
    expect(builds.commandCalls(ListBuildsForProjectCommand)[0]?.args[0].input.projectName).toBe('sluice-commands');
  });

  it('need an artifact to run in', async () => {
    await expect(commands.start({ ...work(['true']), inputs: [] })).rejects.toThrow('has no input artifact to run in');
  });
});
