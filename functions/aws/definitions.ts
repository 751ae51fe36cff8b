import { createHash } from 'node:crypto';
import { GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import type { PipelineDeclaration } from '../domain/declaration.ts';
import { Refusal } from '../domain/refusal.ts';
import { readVersion, type Version } from './pipeline-record.ts';

const bucket = process.env['BUCKET'] ?? '';
const client = new S3Client({ forcePathStyle: true });

const limit = 2 * 1024 * 1024;
const cached = new Map<string, PipelineDeclaration>();
const cacheSize = 100;

/** Stores a version of a definition; it is never written again. Refuses one of over 2 MB. Answers its SHA-256. */
export async function storeDefinition(
  pipelineId: string,
  version: number,
  definition: PipelineDeclaration,
): Promise<Version> {
  const body = JSON.stringify(definition);
  const size = Buffer.byteLength(body);
  if (size > limit)
    throw new Refusal('LimitExceededException', `The definition has ${size} bytes; at most ${limit} are allowed.`);
  const digest = createHash('sha256').update(body).digest('hex');
  await client.send(
    new PutObjectCommand({
      Bucket: bucket,
      Key: definitionKey(pipelineId, version, digest),
      Body: body,
      ContentType: 'application/json',
    }),
  );
  return { version, digest };
}

/** Loads a version of a definition and holds it against its digest. Throws when the pipeline has no such version. */
export async function loadDefinition(pipelineId: string, version: number): Promise<PipelineDeclaration> {
  const cacheKey = `${pipelineId}/${version}`;
  const known = cached.get(cacheKey);
  if (known) return known;
  const found = await readVersion(pipelineId, version);
  if (!found) throw new Error(`Pipeline ${pipelineId} has no version ${version}.`);
  const { Body } = await client.send(
    new GetObjectCommand({ Bucket: bucket, Key: definitionKey(pipelineId, version, found.digest) }),
  );
  const body = (await Body?.transformToString()) ?? '';
  const digest = createHash('sha256').update(body).digest('hex');
  if (digest !== found.digest)
    throw new Error(`Version ${version} of pipeline ${pipelineId} is not as it was stored: its SHA-256 is ${digest}.`);
  const definition: PipelineDeclaration = JSON.parse(body);
  const [oldest] = cached.keys();
  if (cached.size >= cacheSize && oldest !== undefined) cached.delete(oldest);
  cached.set(cacheKey, definition);
  return definition;
}

function definitionKey(pipelineId: string, version: number, digest: string): string {
  return `definitions/${pipelineId}/${version}-${digest}.json`;
}
