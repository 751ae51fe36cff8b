import { AssumeRoleCommand } from '@aws-sdk/client-sts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { actionFrom } from '../../functions/aws/action-record.ts';
import type { Work } from '../../functions/engine/work.ts';
import { givenBy } from '../../functions/lambda/given.ts';
import {
  actionItem,
  context,
  definition,
  openWorld,
  redeclare,
  runId,
  runItem,
  serveDefinition,
  type World,
} from '../handlers/world.ts';

let world: World;
beforeEach(() => {
  world = openWorld();
  world.put(runItem('Build', 1));
});
afterEach(() => world.close());

async function assemble(stage: Parameters<typeof actionItem>[0], more: object = {}): Promise<Work> {
  const { assembleWork } = await import('../../functions/engine/assemble-work.ts');
  return assembleWork(actionFrom(actionItem(stage, more)).action, givenBy(context));
}

/** In the place of the definition that every world has. */
const wrap = {
  name: 'Wrap',
  actionTypeId: { category: 'Build', owner: 'AWS', provider: 'CodeBuild', version: '1' },
  runOrder: 2,
  inputArtifacts: [{ name: 'SourceOutput' }, { name: 'Site' }],
  outputArtifacts: [],
} as const;

const output = { name: 'SourceOutput', bucket: 'artifacts', key: 'k.zip', versionId: 'v1' };
const fetched = (attempt: string, status: string, versionId: string, more: object = {}) => ({
  ...actionItem('Source', { status, outputs: [{ ...output, versionId }], ...more }),
  sk: `ACTION#${runId}#00.${attempt}.001.00`,
});

describe('the work of an action', () => {
  it('has the input artifact of the newest attempt that succeeded', async () => {
    world.put(fetched('000', 'Succeeded', 'v0'));
    world.put(fetched('001', 'Succeeded', 'v1'));
    world.put(fetched('002', 'Failed', 'v2'));

    expect((await assemble('Build')).inputs).toEqual([{ ...output, versionId: 'v1' }]);
  });

  it.each([
    ['nobody made it', () => {}],
    ['who was to make it failed', () => world.put(fetched('000', 'Failed', 'v0'))],
    [
      'who was to make it made another',
      () => world.put(fetched('000', 'Succeeded', 'v', { outputs: [{ ...output, name: 'Other' }] })),
    ],
  ])('fails without its input artifact: %s', async (_, given) => {
    given();

    await expect(assemble('Build')).rejects.toMatchObject({
      code: 'ConfigurationError',
      message: 'The input artifact SourceOutput was not produced in this run.',
    });
  });

  it('of a rollback has what other stages made from its target, and what its own made from itself', async () => {
    const target = '01a1fd00-0000-7000-8000-0000000000b2';
    const stages = definition.stages.map((stage) =>
      stage.name === 'Build' ? { ...stage, actions: [...stage.actions, { ...stage.actions[0], ...wrap }] } : stage,
    );
    serveDefinition(world, { ...definition, stages });
    world.put(runItem('Build', 2, { rollback: { target } }));
    world.put({ ...fetched('000', 'Succeeded', 'then'), sk: `ACTION#${target}#00.000.001.00` });
    const built = { name: 'Site', bucket: 'artifacts', key: 's.zip' };
    const made = (run: string, versionId: string) =>
      world.put({
        ...actionItem('Build', { status: 'Succeeded', outputs: [{ ...built, versionId }] }),
        sk: `ACTION#${run}#01.000.001.00`,
      });
    made(target, 'then');
    made(runId, 'now');

    const { inputs } = await assemble('Build', { action: 'Wrap' });

    expect(inputs).toEqual([
      { ...output, versionId: 'then' },
      { ...built, versionId: 'now' },
    ]);
  });

  it('has a key for each output that is the same in every try of an attempt, and another in the next', async () => {
    world.put(fetched('000', 'Succeeded', 'v0'));

    const [first] = (await assemble('Build')).outputs;
    const [again] = (await assemble('Build', { status: 'Starting' })).outputs;
    const [next] = (await assemble('Build', { key: String(actionItem('Build')['key']).replace('.000.', '.001.') }))
      .outputs;

    expect(first).toMatchObject({ name: 'Site', bucket: 'artifacts' });
    expect(first?.key).toMatch(/^hello-site\/Site\/[0-9a-f]{12}\.zip$/);
    expect(again?.key).toBe(first?.key);
    expect(next?.key).not.toBe(first?.key);
  });

  it('is refused before thousands of references to a long value are put together', async () => {
    redeclare(world, 'Build', { configuration: { ProjectName: '#{SourceVariables.CommitMessage}'.repeat(1500) } });
    const outputVariables = JSON.stringify({ CommitMessage: 'x'.repeat(100_000) });
    world.put(fetched('000', 'Succeeded', 'v0', { outputVariables }));

    await expect(assemble('Build')).rejects.toMatchObject({
      code: 'ConfigurationError',
      message: 'The resolved configuration has over 102400 bytes; at most 102400 are allowed.',
    });
  });

  it("is there in the pipeline's Region when the action names it", async () => {
    world.put(fetched('000', 'Succeeded', 'v0'));
    redeclare(world, 'Build', { region: 'us-east-1' });

    expect((await assemble('Build')).access.region).toBe('us-east-1');
  });

  it('goes by the configuration that was resolved before', async () => {
    world.put(fetched('000', 'Succeeded', 'v0'));

    const { configuration } = await assemble('Build', { resolvedConfiguration: '{"ProjectName":"then"}' });

    expect(configuration).toEqual({ ProjectName: 'then' });
  });

  it('assumes no role before its provider does, and then names run and action', async () => {
    world.put(fetched('000', 'Succeeded', 'v0'));
    const { access } = await assemble('Build');
    expect(world.sts.calls()).toEqual([]);

    await access.credentials();
    await access.credentials();

    const [call, ...more] = world.sts.commandCalls(AssumeRoleCommand).map(({ args }) => args[0].input);
    expect(more).toEqual([]);
    expect(call).toMatchObject({
      RoleArn: 'arn:aws:iam::123456789012:role/hello',
      ExternalId: 'arn:aws:codepipeline:us-east-1:123456789012:hello-site',
      Tags: [
        { Key: 'pipeline', Value: 'hello-site' },
        { Key: 'run', Value: runId },
        { Key: 'action', Value: 'Build' },
      ],
    });
  });

  it('limits its session to the artifacts of the action, and leaves what lies elsewhere (C25)', async () => {
    world.put(fetched('000', 'Succeeded', 'v0'));
    const { access, outputs } = await assemble('Build');

    await access.credentials();

    const [call] = world.sts.commandCalls(AssumeRoleCommand).map(({ args }) => args[0].input);
    expect(JSON.parse(call?.Policy ?? '').Statement).toEqual([
      { Effect: 'Allow', Action: '*', NotResource: ['arn:aws:s3:::artifacts/*'] },
      {
        Effect: 'Allow',
        Action: 's3:*',
        Resource: ['arn:aws:s3:::artifacts/k.zip', `arn:aws:s3:::artifacts/${outputs[0]?.key}`],
      },
    ]);
  });

  it('is none for an action whose run is not there', async () => {
    await expect(assemble('Build', { key: 'p/r/01.000.001.00' })).rejects.toThrow('There is no run r.');
  });
});
