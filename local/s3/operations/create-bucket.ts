import { createBucket, INITIAL_SETTINGS, OWNERSHIPS } from '../buckets.ts';
import { invalidArgument, notThere, S3Error } from '../errors.ts';
import { aclFrom } from '../facts.ts';
import { emptyResponse, type Operation } from '../operation.ts';
import { readDocument, type S3Request } from '../request.ts';
import { checkTags } from '../tagging.ts';
import { all, type Element, find, textOf } from '../xml.ts';

/** CreateBucket: in the Region that the request is for. */
export const createBucketOperation: Operation = async (s3, request) => {
  const document = await readDocument(request);
  const { region = s3.context.region } = request;
  checkLocation(document, region);
  if (request.headers.get('x-amz-bucket-object-lock-enabled')?.toLowerCase() === 'true') throw notThere('object lock');
  const there = region === s3.context.region ? {} : { region };
  const settings = { ...INITIAL_SETTINGS, ownership: ownershipOf(request), ...there };
  aclFrom(request.headers, { name: request.bucket, created: 0, settings });
  const tags = all(find(document, 'Tags'), 'Tag').map((tag) => ({
    key: textOf(tag, 'Key') ?? '',
    value: textOf(tag, 'Value') ?? '',
  }));
  createBucket(s3, request.bucket, tags.length > 0 ? { ...settings, tags: checkTags(tags, 50) } : settings);
  return emptyResponse(200, { location: `/${request.bucket}` });
};

function ownershipOf({ headers }: S3Request) {
  const name = headers.get('x-amz-object-ownership') ?? 'BucketOwnerEnforced';
  const ownership = OWNERSHIPS.find((known) => known === name);
  if (!ownership) throw invalidArgument('x-amz-object-ownership', name, "The object ownership is not one of S3's.");
  return ownership;
}

function checkLocation(document: Element | undefined, region: string): void {
  if (find(document, 'Bucket') || find(document, 'Location')) throw notThere('directory buckets');
  const location = textOf(document, 'LocationConstraint');
  if (location === undefined || location === region) return;
  const message = `The ${location} location constraint is incompatible for the region specific endpoint this request was sent to.`;
  throw new S3Error('IllegalLocationConstraintException', message);
}
