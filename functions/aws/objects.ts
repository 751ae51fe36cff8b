import type { Readable } from 'node:stream';
import {
  CopyObjectCommand,
  GetBucketVersioningCommand,
  GetObjectCommand,
  HeadObjectCommand,
  type ObjectCannedACL,
  type PutObjectCommandInput,
  S3Client,
} from '@aws-sdk/client-s3';
import type { Access } from './roles.ts';

/** One version of an object; the newest without a version. */
export interface ObjectPlace {
  readonly bucket: string;
  readonly key: string;
  readonly versionId?: string;
}

/** How an object is to be put. */
export interface PutOptions {
  readonly contentType?: string;
  readonly cacheControl?: string;
  readonly acl?: string;
  /** `default` is the bucket's own encryption, `aws:kms` with S3's key, or a KMS key. */
  readonly encryption?: 'default' | 'aws:kms' | { readonly key: string };
}

export interface CopyOptions extends PutOptions {
  /** S3 is to say what it copied. */
  readonly checksum?: 'SHA256';
}

export interface Copied {
  readonly versionId?: string;
  /** SHA-256 in hex, where it was asked for. */
  readonly sha256?: string;
}

export interface Head {
  readonly versionId?: string;
  readonly etag: string;
  readonly size: number;
  /** Milliseconds since the epoch. */
  readonly lastModified: number;
}

/** Objects of S3, as a role. Errors are S3's own. */
export interface Objects {
  head(place: ObjectPlace): Promise<Head>;
  read(place: ObjectPlace): Promise<Readable>;
  /** Copies up to 5 GB without the bytes passing through us; answers the new version. The origin may be in another Region. */
  copy(from: ObjectPlace, bucket: string, key: string, options?: CopyOptions): Promise<Copied>;
  isVersioned(bucket: string): Promise<boolean>;
}

/** A client of S3 as a role. */
export function s3By({ region, credentials }: Access): S3Client {
  return new S3Client({ region, credentials, forcePathStyle: true });
}

/** Reaches S3 as a role. */
export function objectsBy(access: Access): Objects {
  const client = s3By(access);
  return {
    async head(place) {
      const {
        VersionId,
        ETag = '',
        ContentLength = 0,
        LastModified,
      } = await client.send(new HeadObjectCommand(inputOf(place)));
      const version = VersionId === undefined ? {} : { versionId: VersionId };
      return {
        ...version,
        etag: ETag.replaceAll('"', ''),
        size: ContentLength,
        lastModified: LastModified?.getTime() ?? 0,
      };
    },
    async read(place) {
      const { Body } = await client.send(new GetObjectCommand(inputOf(place)));
      if (!Body) throw new Error(`S3 answered without a body for ${place.key}.`);
      return Body as Readable;
    },
    async copy({ bucket: from, key: fromKey, versionId }, bucket, key, options = {}) {
      const source = `${from}/${fromKey.split('/').map(encodeURIComponent).join('/')}${versionId === undefined ? '' : `?versionId=${encodeURIComponent(versionId)}`}`;
      const replaced = options.contentType ?? options.cacheControl;
      const directive = replaced === undefined ? {} : { MetadataDirective: 'REPLACE' as const };
      const checksum = options.checksum === undefined ? {} : { ChecksumAlgorithm: options.checksum };
      const to = { Bucket: bucket, Key: key, ...directive, ...checksum, ...optionsOf(options) };
      const { VersionId, CopyObjectResult } = await client.send(new CopyObjectCommand({ ...to, CopySource: source }));
      const digest = CopyObjectResult?.ChecksumSHA256;
      return {
        ...(VersionId === undefined ? {} : { versionId: VersionId }),
        ...(digest === undefined ? {} : { sha256: Buffer.from(digest, 'base64').toString('hex') }),
      };
    },
    async isVersioned(bucket) {
      const { Status } = await client.send(new GetBucketVersioningCommand({ Bucket: bucket }));
      return Status === 'Enabled';
    },
  };
}

function inputOf({ bucket, key, versionId }: ObjectPlace): { Bucket: string; Key: string; VersionId?: string } {
  return { Bucket: bucket, Key: key, ...(versionId === undefined ? {} : { VersionId: versionId }) };
}

/** As S3 takes them. */
export function optionsOf({
  contentType,
  cacheControl,
  acl,
  encryption = 'default',
}: PutOptions): Partial<PutObjectCommandInput> {
  return {
    ...(contentType === undefined ? {} : { ContentType: contentType }),
    ...(cacheControl === undefined ? {} : { CacheControl: cacheControl }),
    ...(acl === undefined ? {} : { ACL: acl as ObjectCannedACL }),
    ...(encryption === 'default' ? {} : { ServerSideEncryption: 'aws:kms' as const }),
    ...(typeof encryption === 'object' ? { SSEKMSKeyId: encryption.key } : {}),
  };
}
