import { type ActionDeclaration, artifactStore } from '../../functions/domain/declaration.ts';
import { bucketIsThere, mayUseDefaultKey, mayUseObjects } from './buckets.ts';
import type { Finding } from './finding.ts';
import { mayUseKey } from './keys.ts';
import type { Place } from './place.ts';

/** What a role does with the artifacts of an action. */
export interface ArtifactUse {
  readonly purpose: string;
  readonly role: string;
  readonly reads: readonly string[];
  readonly writes: readonly string[];
  /** Without versions: of what was written just now. */
  readonly newest?: boolean;
  /** A source names the key itself, or AWS's own: the bucket's default does not count. */
  readonly namesKey?: boolean;
}

type Actions = readonly ('kms:Decrypt' | 'kms:GenerateDataKey')[];

/** The names of an action's artifacts. */
export const inputsOf = ({ inputArtifacts = [] }: ActionDeclaration) => inputArtifacts.map(({ name }) => name);
export const outputsOf = ({ outputArtifacts = [] }: ActionDeclaration) => outputArtifacts.map(({ name }) => name);

/** Looks at the bucket of the pipeline's artifacts. */
export function artifactBucket(place: Place): Promise<readonly Finding[]> {
  return bucketIsThere(place, artifactStore(place.pipeline, place.region).location, true);
}

/** Looks whether a role may read and write artifacts: in the bucket, and with its keys. */
export async function mayUseArtifacts(place: Place, use: ArtifactUse): Promise<readonly Finding[]> {
  const { purpose, role, reads, writes, newest = false, namesKey = false } = use;
  if (reads.length === 0 && writes.length === 0) return [];
  const { location: bucket, encryptionKey } = artifactStore(place.pipeline, place.region);
  const encryption = namesKey ? { encryption: 'aws:kms' } : {};
  const objects = { role, bucket, ...encryption };
  const read = newest ? ['s3:GetObject'] : ['s3:GetObject', 's3:GetObjectVersion'];
  const findings = [
    ...(reads.length > 0
      ? await mayUseObjects(place, {
          ...objects,
          purpose: `${purpose} reads`,
          keys: keysOf(place, reads),
          actions: read,
        })
      : []),
    ...(writes.length > 0
      ? await mayUseObjects(place, {
          ...objects,
          purpose: `${purpose} writes`,
          keys: keysOf(place, writes),
          actions: ['s3:PutObject'],
        })
      : []),
  ];
  // An upload in parts reads what it has written.
  const actions: Actions = writes.length > 0 ? ['kms:Decrypt', 'kms:GenerateDataKey'] : ['kms:Decrypt'];
  const own = encryptionKey === undefined ? [] : [encryptionKey.id];
  for (const key of own) findings.push(...(await mayUseKey(place, { purpose, role, key, actions, service: 's3' })));
  if (!namesKey) findings.push(...(await mayUseDefaultKey(place, bucket, { purpose, role, actions })));
  return findings;
}

/** Keys as functions/engine/assemble-work.ts makes them; the last part is a digest that only a run has. */
function keysOf({ pipeline }: Place, names: readonly string[]): readonly string[] {
  return names.map((name) => `${pipeline.name.slice(0, 20)}/${name.slice(0, 10)}/000000000000.zip`);
}
