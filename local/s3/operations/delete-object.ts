import { loadBucket } from '../buckets.ts';
import { checkWrite } from '../conditions.ts';
import { deleteObject } from '../deletion.ts';
import { causeOf, emptyResponse, type Operation } from '../operation.ts';
import { versionIdOf } from '../request.ts';
import { change } from '../state.ts';
import { latestVersion } from '../versions.ts';

/** DeleteObject: succeeds also when there is nothing to delete. */
export const deleteObjectOperation: Operation = (s3, request) => {
  const { bucket: name, key, headers } = request;
  const id = versionIdOf(request);
  const { marker, versionId } = change(s3, (made) => {
    const bucket = loadBucket(s3, name);
    if (headers.has('if-match')) checkWrite(headers, latestVersion(s3, name, key), key);
    return deleteObject(s3, made, bucket, key, id, causeOf(request));
  });
  return emptyResponse(204, {
    ...(versionId === undefined ? {} : { 'x-amz-version-id': versionId }),
    ...(marker ? { 'x-amz-delete-marker': 'true' } : {}),
  });
};
