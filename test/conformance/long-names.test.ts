import { afterAll, beforeAll, expect, test } from 'vitest';
import { type FrontDoor, openFrontDoor } from './front-door.ts';
import { call, declaration } from './sample.ts';

let door: FrontDoor;
beforeAll(async () => {
  door = await openFrontDoor();
});
afterAll(() => door?.close());

/** A declaration whose source follows this repository. */
function following(name: string, FullRepositoryId: string) {
  const { stages, ...rest } = declaration(name);
  const ConnectionArn =
    'arn:aws:codeconnections:eu-west-1:000000000000:connection/10ca1000-0000-4000-8000-000000000001';
  const fetch = {
    name: 'Fetch',
    actionTypeId: { category: 'Source', owner: 'AWS', provider: 'CodeStarSourceConnection', version: '1' },
    configuration: { ConnectionArn, FullRepositoryId, BranchName: 'main' },
    outputArtifacts: [{ name: 'Site' }],
  };
  return { ...rest, stages: [{ name: 'Source', actions: [fetch] }, ...stages.slice(1)] };
}

test('the longest name of a repository fits into a key, whatever its characters', async () => {
  const created = await call(door, 'CreatePipeline', { pipeline: following('long', '語'.repeat(600)) });

  expect(created).toMatchObject({ pipeline: { version: 1 } });
});

test('a longer one is refused, and nothing is written', async () => {
  const before = door.work.changes;

  const created = call(door, 'CreatePipeline', { pipeline: following('longer', 'x'.repeat(601)) });

  await expect(created).rejects.toMatchObject({
    name: 'InvalidActionDeclarationException',
    message: expect.stringContaining('601 characters'),
  });
  expect(door.work.changes).toBe(before);
});

test.each(['__proto__', 'constructor', 'toString'])('a pipeline may have the name %s', async (name) => {
  await call(door, 'CreatePipeline', { pipeline: declaration(name) });

  const { pipeline } = await call(door, 'GetPipeline', { name });

  expect(pipeline).toMatchObject({ name });
});
