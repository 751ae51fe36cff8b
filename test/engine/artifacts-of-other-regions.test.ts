import { CopyObjectCommand, HeadObjectCommand } from '@aws-sdk/client-s3';
import { AssumeRoleCommand } from '@aws-sdk/client-sts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { actionFrom } from '../../functions/aws/action-record.ts';
import type { ActionDeclaration } from '../../functions/domain/declaration.ts';
import type { Work } from '../../functions/engine/work.ts';
import { givenBy } from '../../functions/lambda/given.ts';
import { actionItem, context, definition, openWorld, runItem, serveDefinition, type World } from '../handlers/world.ts';

const far = 'eu-west-1';
const farKey = { id: 'arn:aws:kms:eu-west-1:123456789012:key/k', type: 'KMS' } as const;
const sha256 = 'ab'.repeat(32);
const base64 = Buffer.from(sha256, 'hex').toString('base64');
const made = { name: 'SourceOutput', bucket: 'artifacts', key: 'web/Source/1.zip', versionId: 'v1', sha256 };

let world: World;
/** Bytes of an object, by its bucket. */
let sizes: Record<string, number>;
/** The Region of each call to S3, with what was asked. */
let asked: string[];
beforeEach(() => {
  world = openWorld();
  sizes = { artifacts: 5, far: 5 };
  asked = [];
  world.put(runItem('Build', 1));
  world.put(actionItem('Source', { status: 'Succeeded', outputs: [made] }));
  world.s3.on(HeadObjectCommand).callsFake(async ({ Bucket, VersionId }, getClient) => {
    asked.push(`${await getClient().config.region()}: head ${Bucket} ${VersionId}`);
    return { ContentLength: sizes[Bucket], ETag: '"e"' };
  });
  world.s3.on(CopyObjectCommand).callsFake(async ({ Bucket, CopySource }, getClient) => {
    asked.push(`${await getClient().config.region()}: copy ${CopySource} to ${Bucket}`);
    return { VersionId: 'there', CopyObjectResult: { ChecksumSHA256: base64 } };
  });
  declare({ region: far });
});
afterEach(() => world.close());

/** The build is as given; the store of the other Region is the bucket `far`. */
function declare(build: Partial<ActionDeclaration>, publish: Partial<ActionDeclaration> = {}): void {
  const { artifactStore, ...rest } = definition;
  const stages = definition.stages.map((stage) => ({
    ...stage,
    actions: stage.actions.map((action) => ({
      ...action,
      ...(action.name === 'Build' ? build : action.name === 'Publish' ? publish : {}),
    })),
  }));
  const stores = { 'us-east-1': artifactStore, [far]: { type: 'S3', location: 'far', encryptionKey: farKey } };
  serveDefinition(world, { ...rest, artifactStores: stores, stages } as typeof definition);
}

async function assemble(stage: Parameters<typeof actionItem>[0] = 'Build', more: object = {}): Promise<Work> {
  const { assembleWork } = await import('../../functions/engine/assemble-work.ts');
  return assembleWork(actionFrom(actionItem(stage, more)).action, givenBy(context));
}

describe('an action in another Region', () => {
  it("has a copy of its input in that Region's store, as it was made, under the store's key", async () => {
    const { inputs } = await assemble();

    expect(inputs).toEqual([{ ...made, bucket: 'far', versionId: 'there', copied: true }]);
    expect(asked).toEqual([
      'us-east-1: head artifacts v1',
      'eu-west-1: copy artifacts/web/Source/1.zip?versionId=v1 to far',
      'eu-west-1: head far there',
    ]);
    const [copy] = world.s3.commandCalls(CopyObjectCommand).map(({ args }) => args[0].input);
    expect(copy).toMatchObject({ Key: made.key, ServerSideEncryption: 'aws:kms', SSEKMSKeyId: farKey.id });
  });

  it("puts its output into that Region's store, and reaches its services there", async () => {
    const { outputs, access } = await assemble();

    expect(outputs).toMatchObject([{ name: 'Site', bucket: 'far', encryptionKey: farKey.id }]);
    expect(access.region).toBe(far);
  });

  it("copies as the pipeline's role, which then reaches the artifact in both stores and nothing else of them", async () => {
    declare({ region: far, roleArn: 'arn:aws:iam::123456789012:role/far' });

    const { access } = await assemble();
    const [copy] = world.s3.commandCalls(CopyObjectCommand);
    await copy?.thisValue.config.credentials();

    const [copying] = world.sts.commandCalls(AssumeRoleCommand).map(({ args }) => args[0].input);
    expect(access.roleArn).toBe('arn:aws:iam::123456789012:role/far');
    expect(copying?.RoleArn).toBe(definition.roleArn);
    expect(JSON.parse(copying?.Policy ?? '').Statement).toEqual([
      { Effect: 'Allow', Action: '*', NotResource: ['arn:aws:s3:::artifacts/*', 'arn:aws:s3:::far/*'] },
      {
        Effect: 'Allow',
        Action: 's3:*',
        Resource: ['arn:aws:s3:::artifacts/web/Source/1.zip', 'arn:aws:s3:::far/web/Source/1.zip'],
      },
    ]);
  });

  it('copies nothing again that its record has', async () => {
    const inputs = [{ ...made, bucket: 'far', versionId: 'earlier' }];

    expect((await assemble('Build', { inputs })).inputs).toEqual(inputs);
    expect(asked).toEqual([]);
  });

  it('makes its artifact in its own Region: an action at home has that copied home', async () => {
    world.put(actionItem('Build', { status: 'Succeeded', outputs: [{ ...made, name: 'Site', bucket: 'far' }] }));

    const { inputs } = await assemble('Deploy');

    expect(inputs).toMatchObject([{ name: 'Site', bucket: 'artifacts', versionId: 'there' }]);
    expect(asked[1]).toBe('us-east-1: copy far/web/Source/1.zip?versionId=v1 to artifacts');
  });

  it('copies nothing where its input was made in its Region', async () => {
    declare({ region: far }, { region: far });
    world.put(actionItem('Build', { status: 'Succeeded', outputs: [{ ...made, name: 'Site', bucket: 'far' }] }));

    expect((await assemble('Deploy')).inputs).toMatchObject([{ bucket: 'far', versionId: 'v1' }]);
    expect(asked).toEqual([]);
  });

  it.each<[string, Record<string, number>, string, string]>([
    ['its size', { far: 4 }, base64, 'RevisionOutOfSync'],
    ['its digest', {}, Buffer.alloc(32).toString('base64'), 'RevisionOutOfSync'],
    ['how much one call copies', { artifacts: 5 * 1024 ** 3 + 1 }, base64, 'ConfigurationError'],
  ])('is not started when a copy is not as it was made, or cannot be: %s', async (_, wrong, digest, code) => {
    Object.assign(sizes, wrong);
    world.s3
      .on(CopyObjectCommand)
      .resolves({ VersionId: 'there', CopyObjectResult: { ChecksumSHA256: digest } as never });

    await expect(assemble()).rejects.toMatchObject({ name: 'Failure', code, message: /artifact SourceOutput/ });
  });

  it('is told what is missing, where its version is gone', async () => {
    world.s3.on(HeadObjectCommand).rejects(Object.assign(new Error('?'), { name: 'NotFound' }));

    await expect(assemble()).rejects.toMatchObject({
      code: 'RevisionUnavailable',
      message: 'Version v1 of web/Source/1.zip in the bucket artifacts is gone',
    });
  });
});
