import {
  GetBucketEncryptionCommand,
  GetBucketPolicyCommand,
  GetBucketVersioningCommand,
  HeadBucketCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { type Finding, lookingAt, missing, ok } from './finding.ts';
import { type KeyUse, mayUseKey } from './keys.ts';
import type { Place } from './place.ts';
import { word } from './plain.ts';
import { admits } from './policies.ts';
import { mayDo } from './rights.ts';
import { roleName } from './roles.ts';

/** What a role does with objects of a bucket. */
export interface ObjectUse {
  readonly purpose: string;
  readonly role: string;
  readonly bucket: string;
  readonly keys: readonly string[];
  readonly actions: readonly string[];
  /** `aws:kms` or absent, as the writer names it. */
  readonly encryption?: string;
}

/** Looks whether a bucket is there, and versioned where that is needed. */
export async function bucketIsThere(place: Place, bucket: string, versioned: boolean): Promise<readonly Finding[]> {
  const what = `the bucket ${bucket} is there`;
  const found = await lookingAt(what, () => there(place, bucket, what));
  if (!versioned || found.some(({ status }) => status !== 'ok')) return found;
  const on = `the bucket ${bucket} has versioning on`;
  const looked = await lookingAt(on, async () => {
    const { Status = 'off' } = await clientOf(place).send(new GetBucketVersioningCommand({ Bucket: bucket }));
    if (Status === 'Enabled') return ok(on);
    const configuration = '--versioning-configuration Status=Enabled';
    return missing(on, `versioning is ${Status}`, {
      do: `aws s3api put-bucket-versioning --bucket ${word(bucket)} ${configuration}`,
    });
  });
  return [...found, ...looked];
}

async function there(place: Place, bucket: string, what: string): Promise<Finding> {
  try {
    await clientOf(place).send(new HeadBucketCommand({ Bucket: bucket }));
    return ok(what);
  } catch (error) {
    if (statusOf(error) !== 404) throw error;
    return missing(what, 'there is no such bucket', { do: `aws s3api create-bucket --bucket ${word(bucket)}` });
  }
}

/** Looks whether a role may do what it does with objects: by its own policies, and by the bucket's. */
export async function mayUseObjects(place: Place, use: ObjectUse): Promise<readonly Finding[]> {
  const { purpose, role, bucket, keys, actions } = use;
  const arn = `arn:${place.partition}:s3:::${bucket}`;
  const on = keys.map((key) => `${arn}/${key}`);
  const what = `${purpose}: the policy of the bucket ${bucket} leaves the role ${roleName(role)} alone`;
  const byPolicy = await lookingAt(what, async () => {
    const policy = await policyOf(place, bucket);
    if (policy === undefined) return [];
    const refused = actions.flatMap((action) => {
      const context = action === 's3:PutObject' ? encryptionContext(use) : {};
      const isRefused = on.some((resource) => !admits('resource', policy, { who: role, action, resource, context }));
      return isRefused ? [action] : [];
    });
    if (refused.length === 0) return ok(what);
    return missing(what, `a statement of it denies ${refused.join(', ')}`, {
      do: `Take ${refused.join(', ')} by ${role} out of the Deny, in the policy of the bucket ${bucket}.`,
    });
  });
  const allowed = async (action: string, resource: string) => {
    const policy = await policyOf(place, bucket);
    return policy !== undefined && admits('resource', policy, { who: role, action, resource, alone: true });
  };
  const right = { purpose: `${purpose}, in the bucket ${bucket}`, role, actions, on, grant: `${arn}/*`, allowed };
  return [...(await mayDo(place, right)), ...byPolicy];
}

function encryptionContext({ encryption }: ObjectUse): Readonly<Record<string, string>> {
  return encryption === undefined ? {} : { 's3:x-amz-server-side-encryption': encryption };
}

/** Looks whether a role may use the key that a bucket encrypts with by default; there is nothing to tell of one of AWS's own. */
export async function mayUseDefaultKey(
  place: Place,
  bucket: string,
  use: Pick<KeyUse, 'purpose' | 'role' | 'actions'>,
): Promise<readonly Finding[]> {
  return lookingAt(`${use.purpose}: the key of the bucket ${bucket}`, async () => {
    const key = await defaultKey(place, bucket);
    return key === undefined ? [] : mayUseKey(place, { ...use, key, service: 's3' });
  });
}

function defaultKey(place: Place, bucket: string): Promise<string | undefined> {
  return place.account.once(`default key ${bucket}`, async () => {
    const asked = new GetBucketEncryptionCommand({ Bucket: bucket });
    const found = await unless(['ServerSideEncryptionConfigurationNotFoundError'], clientOf(place).send(asked));
    const [rule] = found?.ServerSideEncryptionConfiguration?.Rules ?? [];
    return rule?.ApplyServerSideEncryptionByDefault?.KMSMasterKeyID;
  });
}

function policyOf(place: Place, bucket: string): Promise<unknown> {
  return place.account.once(`bucket policy ${bucket}`, async () => {
    const asked = clientOf(place).send(new GetBucketPolicyCommand({ Bucket: bucket }));
    const found = await unless(['NoSuchBucketPolicy', 'NoSuchBucket'], asked);
    return found?.Policy === undefined ? undefined : JSON.parse(found.Policy);
  });
}

async function unless<T>(names: readonly string[], asked: Promise<T>): Promise<T | undefined> {
  try {
    return await asked;
  } catch (error) {
    if (error instanceof Error && names.includes(error.name)) return undefined;
    throw error;
  }
}

/** A client of S3; it is cheap to make. */
export function clientOf({ account }: Place): S3Client {
  return new S3Client({ ...account.options, forcePathStyle: account.options.endpoint !== undefined });
}

function statusOf(error: unknown): number | undefined {
  return (error as { $metadata?: { httpStatusCode?: number } }).$metadata?.httpStatusCode;
}
