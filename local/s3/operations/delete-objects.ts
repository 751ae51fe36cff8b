import type { ServiceError } from '../../service.ts';
import { deletion } from '../access-to-bucket.ts';
import { loadBucket } from '../buckets.ts';
import { deleteObject } from '../deletion.ts';
import { notThere } from '../errors.ts';
import { causeOf, type Operation, xmlResponse } from '../operation.ts';
import { readDocument } from '../request.ts';
import { change } from '../state.ts';
import { all, type Element, element, find, leaf, malformed, textOf, xmlDocument } from '../xml.ts';

/** DeleteObjects: up to 1,000 keys or versions, together; what the caller may not delete is answered as an error of its own. */
export const deleteObjects: Operation = async (s3, request) => {
  const document = await readDocument(request);
  const objects = all(document, 'Object');
  if (document?.name !== 'Delete' || objects.length === 0 || objects.length > 1000) throw malformed();
  const quiet = textOf(document, 'Quiet') === 'true';
  const wanted = objects.map(readObject);
  const results = change(s3, (made) => {
    const bucket = loadBucket(s3, request.bucket);
    return wanted.map(({ key, id }) => {
      const refusal = request.refusalOf?.(deletion(s3, bucket.name, key, id));
      if (refusal) return element('Error', leaf('Key', key), leaf('VersionId', id), refused(refusal));
      const { marker, versionId } = deleteObject(s3, made, bucket, key, id, causeOf(request));
      return element(
        'Deleted',
        leaf('Key', key),
        leaf('VersionId', id),
        marker ? leaf('DeleteMarker', true) + leaf('DeleteMarkerVersionId', versionId) : '',
      );
    });
  });
  return xmlResponse(xmlDocument('DeleteResult', ...results.filter((result) => !quiet || isRefusal(result))));
};

function isRefusal(result: string): boolean {
  return result.startsWith('<Error>');
}

function refused({ code, message }: ServiceError): string {
  return leaf('Code', code) + leaf('Message', message);
}

function readObject(object: Element): { readonly key: string; readonly id: string | undefined } {
  const key = textOf(object, 'Key');
  if (!key) throw malformed();
  for (const name of ['ETag', 'LastModifiedTime', 'Size']) {
    if (find(object, name)) throw notThere(`condition ${name} in DeleteObjects`);
  }
  return { key, id: textOf(object, 'VersionId') || undefined };
}
