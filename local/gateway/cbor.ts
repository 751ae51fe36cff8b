/** A map of texts in CBOR (RFC 8949): all that an error in the protocol `rpc-v2-cbor` needs. */
export function encodeCbor(values: Readonly<Record<string, string>>): Buffer {
  const entries = Object.entries(values);
  return Buffer.concat([head(5, entries.length), ...entries.flat().flatMap(encodeText)]);
}

function encodeText(text: string): Buffer[] {
  const bytes = Buffer.from(text);
  return [head(3, bytes.length), bytes];
}

/** Major type and length, always in four bytes: longer than needed, and valid. */
function head(majorType: number, length: number): Buffer {
  const bytes = Buffer.alloc(5);
  bytes[0] = (majorType << 5) | 26;
  bytes.writeUInt32BE(length, 1);
  return bytes;
}
