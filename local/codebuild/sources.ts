import { createWriteStream } from 'node:fs';
import { mkdir, readFile, realpath, rm } from 'node:fs/promises';
import { join, resolve, sep } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { S3Client } from '@aws-sdk/client-s3';
import { GetObjectCommand } from '@aws-sdk/client-s3';
import { ArchiveError, unzip } from '../unzip.ts';
import { awsMessage } from './clients.ts';
import { PhaseFailure, yamlError } from './failure.ts';
import type { Definition, Source } from './project.ts';
import type { Workspace } from './workspace.ts';
import { secondarySource } from './workspace.ts';

const LARGEST_BUILDSPEC = 1024 * 1024;
const CLONE_REFERENCE = 'clone-ref.json';

/** Fetches the primary and the secondary sources into their folders. */
export async function fetchSources(
  definition: Definition,
  workspace: Workspace,
  s3: S3Client,
  signal: AbortSignal,
): Promise<void> {
  await fetchSource(definition.source, definition.sourceVersion, workspace.source, workspace, s3, signal);
  for (const source of definition.secondarySources ?? []) {
    const identifier = source.sourceIdentifier ?? '';
    const version = definition.secondarySourceVersions?.find(
      ({ sourceIdentifier }) => sourceIdentifier === identifier,
    )?.sourceVersion;
    const folder = secondarySource(workspace, identifier);
    await mkdir(folder, { recursive: true });
    await fetchSource(source, version, folder, workspace, s3, signal);
  }
}

async function fetchSource(
  source: Source,
  version: string | undefined,
  folder: string,
  workspace: Workspace,
  s3: S3Client,
  signal: AbortSignal,
): Promise<void> {
  if (source.type === 'NO_SOURCE') return;
  const archive = join(workspace.transfer, 'source.zip');
  const place = placeOf(source.location ?? '');
  try {
    await download(place, version, archive, s3, signal);
    const paths = await unzip(archive, folder, undefined, signal);
    if (paths.length === 1 && paths[0] === CLONE_REFERENCE) {
      throw new ArchiveError(
        'It is a reference for a clone (CODEBUILD_CLONE_REF), which the local stack does not follow: use CODE_ZIP',
      );
    }
  } catch (error) {
    if (!(error instanceof ArchiveError)) throw error;
    throw new PhaseFailure(
      'CLIENT_ERROR',
      `Unable to unzip the source ${place.bucket}/${place.key}: ${error.message}`,
      { cause: error },
    );
  } finally {
    await rm(archive, { force: true });
  }
}

async function download(
  { bucket, key }: Place,
  version: string | undefined,
  file: string,
  s3: S3Client,
  signal: AbortSignal,
): Promise<void> {
  try {
    const object = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key, VersionId: version }), {
      abortSignal: signal,
    });
    await pipeline(object.Body as Readable, createWriteStream(file), { signal });
  } catch (cause) {
    signal.throwIfAborted();
    throw new PhaseFailure('CLIENT_ERROR', `Error while downloading ${bucket}/${key}: ${awsMessage(cause)}`, { cause });
  }
}

interface Place {
  readonly bucket: string;
  readonly key: string;
}

function placeOf(location: string): Place {
  const place = location.replace(/^arn:[^:]+:s3:::/, '');
  const slash = place.indexOf('/');
  return { bucket: place.slice(0, slash), key: place.slice(slash + 1) };
}

/** A buildspec's text and where it was found. Given as text itself, as a path in the primary source, or as the ARN of an S3 object. */
export async function findBuildspec(
  { source }: Definition,
  workspace: Workspace,
  s3: S3Client,
  signal: AbortSignal,
): Promise<{ text: string; place: string }> {
  const given = source.buildspec || 'buildspec.yml';
  if (/\n|^\s*(version\b|\{)/.test(given)) return { text: given, place: 'inline' };
  if (/^arn:[^:]+:s3:::/.test(given)) {
    const file = join(workspace.transfer, 'buildspec.yml');
    await download(placeOf(given), undefined, file, s3, signal);
    return { text: await readText(file, file), place: given };
  }
  const path = resolve(workspace.source, given);
  const real = await realpath(path).catch(() => {
    throw yamlError(`stat ${path}: no such file or directory`);
  });
  if (!real.startsWith((await realpath(workspace.source)) + sep))
    throw yamlError(`The buildspec ${given} is not inside the source.`);
  return { text: await readText(real, path), place: path };
}

async function readText(file: string, name: string): Promise<string> {
  const bytes = await readFile(file).catch((cause) => {
    throw yamlError(`open ${name}: ${(cause as Error).message}`);
  });
  if (bytes.length > LARGEST_BUILDSPEC) throw yamlError(`The buildspec ${name} is over ${LARGEST_BUILDSPEC} bytes.`);
  return bytes.toString('utf8');
}
