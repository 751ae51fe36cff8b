import { emptyResponse, type Operation } from '../operation.ts';
import { change } from '../state.ts';
import { endUpload } from '../uploads.ts';
import { uploadOf } from './upload-part.ts';

/** AbortMultipartUpload: the parts go. */
export const abortMultipartUpload: Operation = (s3, request) => {
  const upload = uploadOf(s3, request);
  change(s3, (made) => endUpload(s3, made, upload));
  return emptyResponse(204);
};
