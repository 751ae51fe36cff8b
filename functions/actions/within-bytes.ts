import { Transform } from 'node:stream';
import { Failure } from '../engine/work.ts';

/** A stream that breaks off as soon as more than so many bytes came through; `what` begins the sentence that says so. */
export function withinBytes(what: string, most: number): Transform {
  let bytes = 0;
  return new Transform({
    transform(chunk: Buffer, _, done) {
      bytes += chunk.length;
      if (bytes > most) done(new Failure('ConfigurationError', `${what} has over ${most} bytes.`));
      else done(null, chunk);
    },
  });
}
