import { listBuckets, regionOf } from '../buckets.ts';
import { pageSize } from '../listing.ts';
import { type Operation, xmlResponse } from '../operation.ts';
import { ownerElement } from '../owner.ts';
import { element, leaf, xmlDocument } from '../xml.ts';

/** ListBuckets: by name; in pages when `max-buckets` says so. */
export const listBucketsOperation: Operation = (s3, { query }) => {
  const prefix = query.get('prefix') ?? '';
  const after = Buffer.from(query.get('continuation-token') ?? '', 'base64url').toString();
  const most = pageSize(query, 'max-buckets', 10_000);
  const region = query.get('bucket-region');
  const found = listBuckets(s3).filter(({ name }) => name.startsWith(prefix) && name > after);
  const here = found.filter((bucket) => region === null || region === regionOf(s3, bucket));
  const page = here.slice(0, most);
  const last = page.at(-1);
  const buckets = page.map(({ name, created }) =>
    element('Bucket', leaf('Name', name), leaf('CreationDate', new Date(created).toISOString())),
  );
  const token = here.length > page.length && last ? Buffer.from(last.name).toString('base64url') : undefined;
  const content = [ownerElement(s3.context), element('Buckets', ...buckets), leaf('ContinuationToken', token)];
  return xmlResponse(
    xmlDocument('ListAllMyBucketsResult', ...content, leaf('Prefix', query.get('prefix') ?? undefined)),
  );
};
