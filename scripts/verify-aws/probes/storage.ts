import {
  type AttributeValue,
  CreateTableCommand,
  DeleteTableCommand,
  PutItemCommand,
  TransactWriteItemsCommand,
  waitUntilTableExists,
} from '@aws-sdk/client-dynamodb';
import { DeleteObjectCommand, GetObjectCommand, HeadObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';
import { sessionPolicy } from '../../../functions/domain/session-policy.ts';
import { artifactAccess } from '../../../local/sample/roles.ts';
import { rolePath } from '../deployment.ts';
import { keysOf, makeRole, personTrust } from '../parts.ts';
import { holds, NotSeen, type Probe, probe } from '../probe.ts';
import type { Walk } from '../walk.ts';
import { actionOf, artifactOf, bytesOf } from './codebuild.ts';

/** What DynamoDB and S3 answer when asked at once. */
export const storageProbes: readonly Probe[] = [
  probe({
    id: 'dynamodb-all-old',
    async look({ account, prefix, maker }) {
      const { dynamodb } = account;
      const TableName = `${prefix}-table`;
      maker.cleanUp.add(`table ${TableName}`, () => dynamodb.send(new DeleteTableCommand({ TableName })));
      await dynamodb.send(
        new CreateTableCommand({
          TableName,
          BillingMode: 'PAY_PER_REQUEST',
          AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
          KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
          // The local stack's tables have no tags.
          ...(account.endpoint === undefined ? { Tags: [{ Key: 'sluice-verify', Value: prefix }] } : {}),
        }),
      );
      await waitUntilTableExists({ client: dynamodb, maxWaitTime: 120 }, { TableName });
      const put = {
        TableName,
        Item: { pk: { S: 'one' }, rev: { N: '7' } },
        ConditionExpression: 'attribute_not_exists(pk)',
        ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
      } as const;
      await dynamodb.send(new PutItemCommand(put));
      const alone = await failureOf(dynamodb.send(new PutItemCommand(put)));
      const together = await failureOf(dynamodb.send(new TransactWriteItemsCommand({ TransactItems: [{ Put: put }] })));
      const reason = together.CancellationReasons?.[0];
      return {
        alone: { name: alone.name, rev: alone.Item?.['rev']?.N },
        together: { name: together.name, code: reason?.Code, rev: reason?.Item?.['rev']?.N },
      };
    },
    judge: ({ alone, together }) =>
      holds(
        alone.name === 'ConditionalCheckFailedException' &&
          alone.rev === '7' &&
          together.name === 'TransactionCanceledException' &&
          together.code === 'ConditionalCheckFailed' &&
          together.rev === '7',
        `${alone.name} with ${alone.rev === undefined ? 'no item' : 'the item'}; ${together.name} for ${together.code} with ${together.rev === undefined ? 'no item' : 'the item'}`,
      ),
  }),
  probe({
    id: 's3-encryption-headers',
    async look(walk) {
      const put = (ServerSideEncryption?: 'AES256') => putProbe(walk, 'encryption', ServerSideEncryption);
      const plain = await put().then(
        ({ ServerSideEncryption: by }) => `${by}`,
        (error: Error) => error.name,
      );
      return {
        plain,
        aes256: await put('AES256').then(
          () => 'taken',
          (error: Error) => error.name,
        ),
      };
    },
    judge: ({ plain, aes256 }) =>
      holds(plain === 'aws:kms' && aes256 === 'AccessDenied', `without a header: ${plain}; with AES256: ${aes256}`),
  }),
  probe({
    id: 's3-aws-managed-key',
    notLocal: 'the local stack encrypts nothing and has no key aws/s3',
    async look(walk) {
      const { seen, account, stack } = walk;
      const { bucket, key } = artifactOf(walk, seen.first, 'Extra', 'Extra');
      const head = await account.s3.send(new HeadObjectCommand({ Bucket: bucket, Key: key }));
      return {
        encryption: head.ServerSideEncryption,
        key: head.SSEKMSKeyId,
        stackKey: stack.outputs['KeyArn'],
        build: actionOf(seen.first, 'Build').status,
      };
    },
    judge: ({ encryption, key, stackKey, build }) =>
      holds(
        encryption === 'aws:kms' && key !== undefined && key !== stackKey && build === 'Succeeded',
        `encrypted by ${encryption} with ${key === stackKey ? "the bucket's own key" : (key ?? 'no key that is named')}; the build that reads it: ${build}`,
      ),
  }),
  probe({
    id: 's3-copy-special-key',
    async look(walk) {
      const { seen, materials } = walk;
      if (materials.connection !== undefined) throw new NotSeen('the source was a repository');
      const place = artifactOf(walk, seen.second ?? seen.first, 'Fetch', 'Fetch');
      const source = await bytesOf(walk, { bucket: materials.sourceBucket, key: materials.sourceKey });
      return { key: materials.sourceKey, same: Buffer.from(source).equals(await bytesOf(walk, place)) };
    },
    judge: ({ key, same }) => holds(same, `the artifact of '${key}' has ${same ? 'the same' : 'other'} bytes`),
  }),
  probe({
    id: 's3-upload-version',
    async look({ account, stack, prefix, maker }) {
      const Bucket = stack.outputs['BucketName'];
      const Key = `${prefix}/upload`;
      const { VersionId } = await new Upload({ client: account.s3, params: { Bucket, Key, Body: 'one part' } }).done();
      maker.cleanUp.add(`object ${Key}`, () => account.s3.send(new DeleteObjectCommand({ Bucket, Key, VersionId })));
      const head = await account.s3.send(new HeadObjectCommand({ Bucket, Key }));
      return { answered: VersionId, stored: head.VersionId };
    },
    judge: ({ answered, stored }) =>
      holds(answered !== undefined && answered === stored, `answered version ${answered}, stored ${stored}`),
  }),
  probe({
    id: 's3-head-missing',
    async look(walk) {
      const { account, stack, prefix, maker } = walk;
      const place = { ...account, outputs: stack.outputs };
      const role = { name: 'reader', path: rolePath, trust: personTrust(account), statements: artifactAccess(place) };
      const { s3 } = account.as(await keysOf(account, await makeRole(maker, role), 'reader'));
      const head = new HeadObjectCommand({ Bucket: stack.outputs['BucketName'], Key: `${prefix}/nothing` });
      const ask = (client: typeof s3) => failureOf(client.send(head)).then((error) => error.$metadata?.httpStatusCode);
      // The role's own rights come first: 403 also while IAM does not know them.
      return { withList: await ask(account.s3), withoutList: await ask(s3) };
    },
    judge: ({ withList, withoutList }) =>
      holds(withList === 404 && withoutList === 403, `with ListBucket ${withList}, without ${withoutList}`),
  }),
  probe({
    id: 'sts-session-policy',
    async look(walk) {
      const { account, stack, seen, maker } = walk;
      const place = { ...account, outputs: stack.outputs };
      const own = artifactOf(walk, seen.first, 'Extra', 'Extra');
      const other = artifactOf(walk, seen.first, 'Build', 'Site');
      const trust = personTrust(account);
      const role = await makeRole(maker, { name: 'limited', path: rolePath, trust, statements: artifactAccess(place) });
      const Policy = sessionPolicy({ partition: 'aws', stores: [own.bucket], artifacts: [own], configuration: {} });
      const { s3 } = account.as(await keysOf(account, role, 'limited', { Policy }));
      const get = ({ bucket, key }: typeof own) =>
        s3.send(new GetObjectCommand({ Bucket: bucket, Key: key })).then(
          () => 'read',
          (error: Error) => error.name,
        );
      return { own: await get(own), other: await get(other) };
    },
    judge: ({ own, other }) =>
      holds(own === 'read' && other === 'AccessDenied', `its own artifact: ${own}; another: ${other}`),
  }),
];

/** An error with what S3 and DynamoDB say besides. */
interface Failure extends Error {
  readonly $metadata?: { readonly httpStatusCode?: number };
  readonly Item?: Readonly<Record<string, AttributeValue>>;
  readonly CancellationReasons?: readonly {
    readonly Code?: string;
    readonly Item?: Readonly<Record<string, AttributeValue>>;
  }[];
}

async function failureOf(asked: Promise<unknown>): Promise<Failure> {
  return asked.then(
    () => Object.assign(new Error('It was done.'), { name: 'no error' }),
    (error: Failure) => error,
  );
}

async function putProbe({ account, stack, prefix, maker }: Walk, name: string, ServerSideEncryption?: 'AES256') {
  const Bucket = stack.outputs['BucketName'];
  const Key = `${prefix}/${name}`;
  const more = ServerSideEncryption === undefined ? {} : { ServerSideEncryption };
  const put = await account.s3.send(new PutObjectCommand({ Bucket, Key, Body: 'a probe', ...more }));
  const { VersionId } = put;
  maker.cleanUp.add(`object ${Key}`, () => account.s3.send(new DeleteObjectCommand({ Bucket, Key, VersionId })));
  return put;
}
