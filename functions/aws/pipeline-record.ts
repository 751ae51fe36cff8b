import type { ExecutionMode, PipelineType, Tag } from '../domain/declaration.ts';
import type { Pipeline } from '../domain/pipeline.ts';
import { type Item, isNew, type Key, list, type Page, read, unchanged, type Write } from './table.ts';

/** A pipeline as its name finds it: changed only when it is created, updated or deleted. */
export interface PipelineSummary {
  readonly name: string;
  readonly id: string;
  readonly version: number;
  /** SHA-256 of the newest definition. */
  readonly digest: string;
  readonly executionMode: ExecutionMode;
  readonly pipelineType: PipelineType;
  readonly created: number;
  readonly updated: number;
  readonly tags: readonly Tag[];
}

/** A pipeline with the revision under which it was read. */
export interface PipelineRecord {
  readonly pipeline: Pipeline;
  readonly rev: number;
}

/** A version of a pipeline's definition: an immutable object in the bucket. */
export interface Version {
  readonly version: number;
  readonly digest: string;
}

const partition = 'PIPELINES';

/** Finds a pipeline by name; undefined when there is none. */
export async function readSummary(name: string): Promise<PipelineSummary | undefined> {
  const item = await read({ pk: partition, sk: name });
  return item && summaryFrom(item);
}

/** Summaries of the pipelines, by name. */
export async function listSummaries(limit: number, after?: Key): Promise<Page> {
  return list(partition, '', { limit, ...(after ? { after } : {}) });
}

/** A summary from its item. */
export function summaryFrom(item: Item): PipelineSummary {
  const { pk: _, sk: name, ...rest } = item;
  return { ...rest, name } as unknown as PipelineSummary;
}

/** The write that saves a summary: new, or of the version and with the tags that were read. */
export function putSummary({ name, ...rest }: PipelineSummary, found?: PipelineSummary): Write {
  const condition = found
    ? {
        expression: 'id = :id AND version = :version AND tags = :tags',
        values: { ':id': found.id, ':version': found.version, ':tags': found.tags },
      }
    : isNew;
  return { put: { pk: partition, sk: name, ...rest }, condition };
}

/** The write that frees a pipeline's name. */
export function removeSummary({ name, id, version }: PipelineSummary): Write {
  return {
    remove: { pk: partition, sk: name },
    condition: { expression: 'id = :id AND version = :version', values: { ':id': id, ':version': version } },
  };
}

/** Reads a pipeline and its gates; undefined when there is none of this id. */
export async function readPipeline(id: string): Promise<PipelineRecord | undefined> {
  const item = await read(pipelineKey(id));
  if (!item) return undefined;
  const { pk: _, sk: __, rev, ...pipeline } = item;
  return { pipeline: pipeline as unknown as Pipeline, rev: Number(rev) };
}

/** The write that saves a pipeline and its gates: new, or as it was read. */
export function putPipeline(pipeline: Pipeline, rev?: number): Write {
  return {
    put: { ...pipelineKey(pipeline.id), ...pipeline, rev: (rev ?? 0) + 1 },
    condition: rev === undefined ? isNew : unchanged(rev),
  };
}

/** The check that a pipeline and its gates are as they were read. */
export function pipelineUnchanged(id: string, rev: number): Write {
  return { check: pipelineKey(id), condition: unchanged(rev) };
}

function pipelineKey(id: string): Key {
  return { pk: id, sk: 'PIPELINE' };
}

/** The digest of a version of a pipeline's definition; undefined when there is no such version. */
export async function readVersion(pipelineId: string, version: number): Promise<Version | undefined> {
  const item = await read(versionKey(pipelineId, version));
  return item && { version, digest: String(item['digest']) };
}

/** The write that keeps a version for good. */
export function putVersion(pipelineId: string, { version, digest }: Version): Write {
  return { put: { ...versionKey(pipelineId, version), digest }, condition: isNew };
}

function versionKey(pipelineId: string, version: number): Key {
  return { pk: pipelineId, sk: `VERSION#${String(version).padStart(6, '0')}` };
}
