import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';

/** A request as it came over the wire: nothing in it is trusted yet. */
export interface Incoming {
  readonly method: string;
  /** Still percent-encoded, without the query. */
  readonly path: string;
  /** Without the question mark, still percent-encoded. */
  readonly query: string;
  readonly headers: IncomingHttpHeaders;
  /** Name, value, name, value: a header that was sent twice is here twice. */
  readonly rawHeaders: readonly string[];
}

/** Reads the request line. Undefined when its target is no path (a proxy's absolute form, `*`). */
export function readIncoming({ method, url, headers, rawHeaders }: IncomingMessage): Incoming | undefined {
  if (method === undefined || url === undefined || !url.startsWith('/')) return undefined;
  const question = url.indexOf('?');
  const path = question < 0 ? url : url.slice(0, question);
  return { method, path, query: question < 0 ? '' : url.slice(question + 1), headers, rawHeaders };
}
