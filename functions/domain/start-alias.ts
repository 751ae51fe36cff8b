const encoded = 'enc-';

/**
 * The pipeline that an alias of the Start function starts: the one of its name. Lambda's aliases have no dots and no `@`, and are no numbers:
 * a pipeline with such a name has the alias `enc-` and its name in base64url. Undefined for an alias of no pipeline.
 */
export function pipelineOfAlias(alias: string): string | undefined {
  if (!alias.startsWith(encoded)) return alias;
  const bytes = fromBase64Url(alias.slice(encoded.length));
  const name = bytes && String.fromCharCode(...bytes);
  return name !== undefined && /^[A-Za-z0-9.@_-]+$/.test(name) ? name : undefined;
}

const digits = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

function fromBase64Url(text: string): readonly number[] | undefined {
  const bytes: number[] = [];
  let bits = 0;
  let held = 0;
  for (const character of text) {
    const value = digits.indexOf(character);
    if (value < 0) return undefined;
    held = (held << 6) | value;
    bits += 6;
    if (bits < 8) continue;
    bits -= 8;
    bytes.push((held >> bits) & 0xff);
    held &= (1 << bits) - 1;
  }
  return bytes;
}
