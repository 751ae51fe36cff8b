import { objectsBy } from '../aws/objects.ts';
import type { Access } from '../aws/roles.ts';
import type { Artifact } from '../domain/action.ts';
import type { ArtifactStore } from '../domain/declaration.ts';
import { copyInReadersTerms, inReadersTerms } from './objects-failure.ts';
import { Failure } from './work.ts';

/** One call copies so much (Amazon S3 API Reference, CopyObject), in bytes. */
const limit = 5 * 1024 ** 3;

/** Where an artifact is, and who may read it there. */
export interface Origin {
  readonly artifact: Artifact;
  readonly access: Access;
}

/**
 * Copies an artifact into the store of another Region, under its own key: copied twice it lies in the same place, twice the same. Answers
 * the version that was made. What was copied is that very version: its size, and its SHA-256 as S3 tells it, are held against the origin's.
 */
export async function copyArtifact({ artifact, access }: Origin, store: ArtifactStore, to: Access): Promise<Artifact> {
  const { name, bucket, key, versionId, sha256 } = artifact;
  const from = { bucket, key, ...(versionId === undefined ? {} : { versionId }) };
  const { size } = await inReadersTerms(from, () => objectsBy(access).head(from));
  if (size > limit)
    throw new Failure(
      'ConfigurationError',
      `The artifact ${name} has ${size} bytes; at most ${limit} are copied into another Region.`,
    );
  const encryption = store.encryptionKey ? { key: store.encryptionKey.id } : 'aws:kms';
  const objects = objectsBy(to);
  const copied = await copyInReadersTerms(from, store.location, () =>
    objects.copy(from, store.location, key, { encryption, checksum: 'SHA256' }),
  );
  const place = { bucket: store.location, key, ...(copied.versionId ? { versionId: copied.versionId } : {}) };
  const there = await inReadersTerms(place, () => objects.head(place));
  if (there.size !== size || (sha256 !== undefined && copied.sha256 !== undefined && copied.sha256 !== sha256))
    throw new Failure(
      'RevisionOutOfSync',
      `The artifact ${name} was not copied as it was made: ${describe(there.size, copied.sha256)} in ${to.region}, not ${describe(size, sha256)}.`,
    );
  return { ...artifact, ...place, ...(copied.sha256 ? { sha256: copied.sha256 } : {}), copied: true };
}

function describe(size: number, sha256 = 'unknown'): string {
  return `${size} bytes with the SHA-256 ${sha256}`;
}
