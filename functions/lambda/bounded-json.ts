import { Refusal } from '../domain/refusal.ts';

/** Deeper than any input of the API (16) or body of a push. */
const deepest = 64;
/** Members of objects and elements of lists, all together: more than a definition of 2 MB with 1,000 actions has. */
export const mostParts = 100_000;

const [quote, backslash, comma, openList, closeList, openObject, closeObject] = Buffer.from('"\\,[]{}');

/**
 * Parses JSON that a stranger may have written. It is counted before it is parsed, so that what is too deep or has too many parts
 * takes no memory: it is refused as a SerializationException, like what is not JSON, for which `notJson` is the message.
 */
export function parseJson(body: Buffer, notJson: string): unknown {
  mustBeBounded(body);
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    throw new Refusal('SerializationException', notJson);
  }
}

function mustBeBounded(body: Buffer): void {
  let depth = 0;
  let parts = 0;
  let inText = false;
  for (let at = 0; at < body.length; at += 1) {
    const byte = body[at];
    if (inText) {
      if (byte === backslash) at += 1;
      else if (byte === quote) inText = false;
    } else if (byte === quote) inText = true;
    else if (byte === comma) parts += 1;
    else if (byte === openList || byte === openObject) {
      depth += 1;
      parts += 1;
    } else if (byte === closeList || byte === closeObject) depth -= 1;
    if (depth > deepest)
      throw new Refusal('SerializationException', `The body is nested more than ${deepest} levels deep.`);
    if (parts > mostParts)
      throw new Refusal('SerializationException', `The body has more than ${mostParts} members and elements.`);
  }
}
