import { createReadStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { PutObjectCommandInput, S3Client } from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';
import type { ArtifactFile } from './artifact-files.ts';
import { selectFiles } from './artifact-files.ts';
import type { Build, UploadedArtifact } from './build.ts';
import { uuidOf } from './build.ts';
import type { ArtifactSpec, Buildspec } from './buildspec.ts';
import { awsMessage } from './clients.ts';
import { PhaseFailure } from './failure.ts';
import type { Artifacts } from './project.ts';
import type { Workspace } from './workspace.ts';
import { zipFiles } from './zip-files.ts';

interface UploadInput {
  readonly build: Build;
  readonly spec: Buildspec;
  readonly workspace: Workspace;
  readonly s3: S3Client;
  readonly signal: AbortSignal;
  readonly partition: string;
  readonly say: (text: string) => void;
  /** Expands `$NAME` and the like as the build's shell does. */
  readonly expand: (text: string) => Promise<string>;
}

interface Uploaded {
  readonly artifact?: UploadedArtifact;
  readonly secondaryArtifacts: readonly UploadedArtifact[];
}

/** Uploads what the build's artifacts ask for, from what its buildspec names. */
export async function uploadArtifacts(input: UploadInput): Promise<Uploaded> {
  const { build, spec } = input;
  const { artifacts, secondaryArtifacts = [] } = build.definition;
  const secondary: UploadedArtifact[] = [];
  const artifact = artifacts.type === 'S3' ? await upload(input, artifacts, primarySpec(spec)) : undefined;
  for (const each of secondaryArtifacts) {
    if (each.type === 'S3')
      secondary.push(await upload(input, each, secondarySpec(spec, each.artifactIdentifier ?? '')));
  }
  return { ...(artifact && { artifact }), secondaryArtifacts: secondary };
}

function primarySpec({ artifacts }: Buildspec): ArtifactSpec {
  if (artifacts && artifacts.files.length > 0) return artifacts;
  throw new PhaseFailure('CLIENT_ERROR', 'no matching artifact paths found: the buildspec has no artifacts with files');
}

function secondarySpec({ secondaryArtifacts }: Buildspec, identifier: string): ArtifactSpec {
  const spec = Object.hasOwn(secondaryArtifacts, identifier) ? secondaryArtifacts[identifier] : undefined;
  if (spec) return spec;
  throw new PhaseFailure('CLIENT_ERROR', `no definition for secondary artifact ${identifier} in buildspec`);
}

async function upload(input: UploadInput, declared: Artifacts, spec: ArtifactSpec): Promise<UploadedArtifact> {
  const { workspace, say, expand } = input;
  const selection = {
    files: await expandEach(spec.files, expand),
    excludePaths: await expandEach(spec.excludePaths, expand),
    discardPaths: spec.discardPaths,
    keepLinks: spec.enableSymlinks && declared.packaging === 'ZIP',
    ...(spec.baseDirectory !== undefined && { baseDirectory: await expand(spec.baseDirectory) }),
  };
  const files = await selectFiles(workspace.source, selection, say);
  const key = await keyOf(input, declared, spec);
  const uploaded =
    declared.packaging === 'ZIP'
      ? await uploadZip(input, declared, key, files)
      : await uploadEach(input, declared, key, files);
  return { ...(declared.artifactIdentifier && { artifactIdentifier: declared.artifactIdentifier }), ...uploaded };
}

/** One after the other: the build's shell does one thing at a time. */
async function expandEach(texts: readonly string[], expand: UploadInput['expand']): Promise<string[]> {
  const expanded: string[] = [];
  for (const text of texts) expanded.push(await expand(text));
  return expanded;
}

async function uploadZip(
  input: UploadInput,
  declared: Artifacts,
  key: string,
  files: readonly ArtifactFile[],
): Promise<UploadedArtifact> {
  const file = join(input.workspace.transfer, 'artifact.zip');
  try {
    const { md5, sha256 } = await zipFiles(files, file, input.signal);
    const metadata = {
      'codebuild-content-md5': md5,
      'codebuild-content-sha256': sha256,
      'codebuild-buildarn': input.build.arn,
    };
    await put(input, declared, key, file, metadata);
    return { location: locationOf(input, declared, key), md5sum: md5, sha256sum: sha256 };
  } finally {
    await rm(file, { force: true });
  }
}

async function uploadEach(
  input: UploadInput,
  declared: Artifacts,
  key: string,
  files: readonly ArtifactFile[],
): Promise<UploadedArtifact> {
  const metadata = { 'codebuild-buildarn': input.build.arn };
  for (const { path, file } of files) await put(input, declared, joinKey(key, path), file, metadata);
  return { location: locationOf(input, declared, key) };
}

async function put(
  input: UploadInput,
  declared: Artifacts,
  key: string,
  file: string,
  metadata: Record<string, string>,
): Promise<void> {
  const bucket = bucketOf(declared);
  const params = {
    Bucket: bucket,
    Key: key,
    Body: createReadStream(file),
    Metadata: metadata,
    ...encryption(input.build, declared),
  };
  const uploading = new Upload({ client: input.s3, params, queueSize: 2 });
  const abort = () => void uploading.abort();
  input.signal.addEventListener('abort', abort, { once: true });
  try {
    await uploading.done();
  } catch (cause) {
    input.signal.throwIfAborted();
    throw new PhaseFailure('CLIENT_ERROR', `Error in UPLOAD_ARTIFACTS: ${bucket}/${key}: ${awsMessage(cause)}`, {
      cause,
    });
  } finally {
    input.signal.removeEventListener('abort', abort);
    params.Body.destroy();
  }
}

/** With a key of one's own; without, the bucket's default encryption holds. */
function encryption(
  { definition }: Build,
  { encryptionDisabled }: Artifacts,
): Pick<PutObjectCommandInput, 'ServerSideEncryption' | 'SSEKMSKeyId'> {
  if (encryptionDisabled || !definition.encryptionKey) return {};
  return { ServerSideEncryption: 'aws:kms', SSEKMSKeyId: definition.encryptionKey };
}

/** `path/build id/name` as the artifacts' settings and, where they allow it, the buildspec say. */
async function keyOf({ build, expand }: UploadInput, declared: Artifacts, spec: ArtifactSpec): Promise<string> {
  const own =
    declared.overrideArtifactName && spec.name ? await expand(spec.name) : (declared.name ?? build.projectName);
  const byBuild = declared.namespaceType === 'BUILD_ID';
  if (byBuild && spec.s3Prefix) {
    const name = declared.packaging === 'ZIP' && !own.endsWith('.zip') ? `${own}.zip` : own;
    return joinKey(await expand(spec.s3Prefix), uuidOf(build.id), name);
  }
  return joinKey(declared.path ?? '', byBuild ? uuidOf(build.id) : '', own);
}

function joinKey(...parts: readonly string[]): string {
  return parts
    .map(withoutOuterSlashes)
    .filter((part) => part !== '')
    .join('/');
}

/** By hand: a pattern for the slashes at the end looks at each run of slashes as often as it is long. */
function withoutOuterSlashes(part: string): string {
  let start = 0;
  let end = part.length;
  while (part[start] === '/') start += 1;
  while (end > start && part[end - 1] === '/') end -= 1;
  return part.slice(start, end);
}

function bucketOf({ location }: Artifacts): string {
  return (location ?? '').replace(/^arn:[^:]+:s3:::/, '');
}

function locationOf({ partition }: UploadInput, declared: Artifacts, key: string): string {
  return `arn:${partition}:s3:::${bucketOf(declared)}${key === '' ? '' : `/${key}`}`;
}
