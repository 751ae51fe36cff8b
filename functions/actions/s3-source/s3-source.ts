import { type ObjectPlace, objectsBy } from '../../aws/objects.ts';
import { s3Source as type } from '../../domain/action-types/source.ts';
import { copyInReadersTerms, inReadersTerms } from '../../engine/objects-failure.ts';
import { Failure, type Work } from '../../engine/work.ts';
import type { Outcome, Provider } from '../provider.ts';

/** Source/AWS/S3/1 takes objects of up to 7 GB (quotas); one copy call takes 5 GB, so that this is what we take. */
const limit = 5 * 1024 ** 3;

/** Source/AWS/S3/1: one version of an object, passed on unchanged. */
export const s3Source: Provider = {
  types: [type],
  startClass: 'token',
  start: fetchObject,
};

async function fetchObject(work: Work): Promise<Outcome> {
  const place = placeOf(work);
  const { bucket, key } = place;
  const objects = objectsBy(work.access);
  const versioned = await inReadersTerms({ bucket }, () => objects.isVersioned(bucket));
  if (!versioned)
    throw new Failure(
      'ConfigurationError',
      `Versioning is not enabled on the bucket ${bucket}: an S3 source needs it.`,
    );
  const head = await inReadersTerms(place, () => objects.head(place));
  if (head.size > limit)
    throw new Failure('ConfigurationError', `The object ${key} has ${head.size} bytes; at most ${limit} are allowed.`);
  const versionId = head.versionId ?? '';
  const [output] = work.outputs;
  if (!output) throw new Error(`Action ${work.action.action} has no output artifact.`);
  const encryption = output.encryptionKey === undefined ? 'aws:kms' : { key: output.encryptionKey };
  const from = { bucket, key, versionId };
  const { versionId: copied } = await copyInReadersTerms(from, output.bucket, () =>
    objects.copy(from, output.bucket, output.key, { encryption }),
  );
  const summary = `Amazon S3 version id: ${versionId}`;
  const url = `https://console.aws.amazon.com/s3/object/${encodeURIComponent(bucket)}?prefix=${encodeURIComponent(key)}`;
  return {
    status: 'Succeeded',
    externalId: versionId,
    summary,
    url,
    outputVariables: { BucketName: bucket, ObjectKey: key, VersionId: versionId, ETag: head.etag },
    outputs: [
      {
        name: output.name,
        bucket: output.bucket,
        key: output.key,
        ...(copied === undefined ? {} : { versionId: copied }),
        revision: versionId,
      },
    ],
    revision: {
      actionName: work.action.action,
      artifactName: output.name,
      revisionId: versionId,
      revisionSummary: summary,
      revisionUrl: url,
      created: head.lastModified,
    },
  };
}

function placeOf({ configuration, run, action }: Work): ObjectPlace {
  const overrides = run.sourceOverrides.filter(({ actionName }) => actionName === action.action);
  const override = (type: string) => overrides.find(({ revisionType }) => revisionType === type)?.revisionValue;
  const versionId = override('S3_OBJECT_VERSION_ID');
  return {
    bucket: configuration['S3Bucket'] ?? '',
    key: override('S3_OBJECT_KEY') ?? configuration['S3ObjectKey'] ?? '',
    ...(versionId === undefined ? {} : { versionId }),
  };
}
