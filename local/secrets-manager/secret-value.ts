import { randomUUID } from 'node:crypto';
import { ServiceError } from '../service.ts';
import { boundedText, type Input, invalidParameter, text } from './input.ts';
import type { Store, Version } from './store.ts';

const LARGEST_VALUE = 65_536;
/** Versions that are kept when no label keeps them. */
const MOST_VERSIONS = 100;

export type Value = Pick<Version, 'text' | 'bytes'>;

/** The value that a request brings, if any. */
export function readValue(input: Input): Value | undefined {
  const string = text(input, 'SecretString');
  const binary = text(input, 'SecretBinary');
  if (string !== undefined && binary !== undefined) {
    throw invalidParameter(
      `You can't specify both a binary secret value and a string secret value in the same secret.`,
    );
  }
  if (string !== undefined) return checked({ text: string, bytes: null }, Buffer.byteLength(string));
  if (binary === undefined) return undefined;
  const bytes = Buffer.from(binary, 'base64');
  return checked({ text: null, bytes }, bytes.length);
}

/** The version id that a request proposes (its idempotency token), or a new one. */
export function readVersionId(input: Input): string {
  return boundedText(input, 'ClientRequestToken', 32, 64) ?? randomUUID();
}

/** Adds a version and gives it its labels. The same version again changes nothing; the same id with another value is refused. */
export function putVersion(store: Store, name: string, version: Version, stages: readonly string[]): void {
  const existing = store.version(name, version.id);
  if (existing !== undefined) {
    checkSame(existing, version);
    return;
  }
  const current = store.stages(name).get('AWSCURRENT');
  store.addVersion(name, version);
  const labels = current === undefined ? [...new Set([...stages, 'AWSCURRENT'])] : stages;
  for (const stage of labels) store.setStage(name, stage, version.id);
  if (current !== undefined && labels.includes('AWSCURRENT')) store.setStage(name, 'AWSPREVIOUS', current);
  removeOldVersions(store, name);
}

/** Labels of one version, in the order of the alphabet. */
export function stagesOf(store: Store, name: string, version: string): string[] {
  return [...store.stages(name)]
    .filter(([, id]) => id === version)
    .map(([stage]) => stage)
    .sort();
}

function checkSame(existing: Value, { text: string, bytes }: Value): void {
  const same = existing.text === string && Buffer.from(existing.bytes ?? []).equals(Buffer.from(bytes ?? []));
  if (same) return;
  const message = `You can't use ClientRequestToken of an existing version with another secret value.`;
  throw new ServiceError('ResourceExistsException', message);
}

function removeOldVersions(store: Store, name: string): void {
  const labelled = new Set(store.stages(name).values());
  const unlabelled = store.versions(name).filter(({ id }) => !labelled.has(id));
  for (const { id } of unlabelled.slice(MOST_VERSIONS)) store.removeVersion(name, id);
}

function checked(value: Value, size: number): Value {
  if (size >= 1 && size <= LARGEST_VALUE) return value;
  throw invalidParameter(`A secret value must have from 1 to ${LARGEST_VALUE} bytes, not ${size}.`);
}
