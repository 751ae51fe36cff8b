import { createHash } from 'node:crypto';

/** Texts drawn from a seed: the same at every run. Characters that encoders treat in ways of their own are among them; each third has several lines. */
export function plantedSecrets(seed: string, count: number): readonly string[] {
  return Array.from({ length: count }, (_, index) => {
    const digest = createHash('sha512').update(`${seed} ${index}`).digest();
    const words = digest.toString('base64').replaceAll('/', '_').match(/.{22}/g) ?? [];
    const odd = ['"', '\\', '/', '&', '+ ', "'", '%', 'é', '$', '?', '漢', '`'];
    const text = words.map((word, place) => `${word}${odd[(index + place) % odd.length]}`).join('');
    return index % 3 === 0 ? (text.match(/.{1,24}/gu)?.join('\n') ?? text) : text;
  });
}

/** How a program may print a secret; from each spelling it can be had back. */
function spellings(secret: string): readonly string[] {
  const json = JSON.stringify(secret).slice(1, -1);
  const base64 = [0, 1, 2].map((before) => {
    const bytes = Buffer.from(secret);
    const encoded = Buffer.concat([Buffer.alloc(before), bytes]).toString('base64');
    return encoded.slice(Math.ceil((before * 8) / 6), Math.floor(((before + bytes.length) * 8) / 6));
  });
  const url = encodeURIComponent(secret);
  return [
    secret,
    // A part of a secret that gives it away as well as the whole: each of its lines.
    ...secret.split('\n'),
    json,
    JSON.stringify(json).slice(1, -1),
    url,
    url.replace(/%[0-9A-F]{2}/g, (hexadecimal) => hexadecimal.toLowerCase()),
    ...base64,
    ...base64.map((each) => each.replaceAll('+', '-').replaceAll('/', '_')),
  ];
}

/** Finds secrets in bytes, in any spelling, by name; quick for many secrets and much text. */
export function searchFor(secrets: ReadonlyMap<string, string>): (bytes: Uint8Array) => readonly string[] {
  const byHead = new Map<number, { readonly name: string; readonly needle: Buffer }[]>();
  for (const [name, secret] of secrets) {
    for (const spelling of new Set(spellings(secret))) {
      const needle = Buffer.from(spelling);
      const head = needle.readUIntBE(0, 4);
      byHead.set(head, [...(byHead.get(head) ?? []), { name, needle }]);
    }
  }
  return (bytes) => {
    const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const found = new Set<string>();
    for (let at = 0; at + 4 <= text.length; at += 1) {
      for (const { name, needle } of byHead.get(text.readUInt32BE(at)) ?? []) {
        if (at + needle.length <= text.length && needle.compare(text, at, at + needle.length) === 0) found.add(name);
      }
    }
    return [...found];
  };
}
