/** Base64 that is shorter than this is found in any text by chance. */
const SHORTEST_BASE64 = 6;

/** A value as programs print it: as it is, JSON-escaped, URL-encoded, quoted for a shell, and in base64 at each of three places. */
export function spellings(value: string): readonly string[] {
  const text = value.toWellFormed();
  const json = inJson(text);
  const ascii = json.replace(/[^\x20-\x7e]/g, unicodeEscape);
  const escaped = [json, ascii, inJson(json), inJson(ascii), json.replaceAll('/', '\\/'), ascii.replaceAll('/', '\\/')];
  return [...new Set([value, ...escaped, ...inUrls(text), ...inShells(text), ...inBase64(text)])];
}

function inJson(text: string): string {
  return JSON.stringify(text).slice(1, -1);
}

function unicodeEscape(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

/** Encoders differ in what they leave as it is, in how they write a space, and in the case of their digits. */
function inUrls(text: string): readonly string[] {
  const lenient = encodeURIComponent(text);
  const strict = lenient.replace(/[!'()*]/g, percent);
  const path = strict.replaceAll('%2F', '/');
  const form = new URLSearchParams([['', text]]).toString().slice(1);
  const encoded = [lenient, strict, path, encodeURI(text)];
  const forms = [form, form.replaceAll('*', '%2A'), ...encoded.map((each) => each.replaceAll('%20', '+'))];
  return [...encoded, ...forms].flatMap((each) => [each, each.replace(/%[0-9A-F]{2}/g, (hex) => hex.toLowerCase())]);
}

function percent(character: string): string {
  return `%${character.charCodeAt(0).toString(16).toUpperCase()}`;
}

/** As `set -x` and `export -p` show values. */
function inShells(text: string): readonly string[] {
  return [text.replaceAll("'", "'\\''"), text.replace(/["\\$`]/g, '\\$&')];
}

/** Base64 depends on how many bytes stand before the value, modulo 3. Characters that hold bits of the neighbours too are left out. */
function inBase64(text: string): readonly string[] {
  const bytes = Buffer.from(text);
  const encoded = [0, 1, 2].map((before) => {
    const whole = Buffer.concat([Buffer.alloc(before), bytes])
      .toString('base64')
      .replace(/=+$/, '');
    const first = Math.ceil((before * 8) / 6);
    const end = Math.floor(((before + bytes.length) * 8) / 6);
    return whole.slice(first, end);
  });
  const alone = bytes.toString('base64');
  return [alone, alone.replace(/=+$/, ''), ...encoded]
    .filter(({ length }) => length >= SHORTEST_BASE64)
    .flatMap((each) => [each, each.replaceAll('+', '-').replaceAll('/', '_')]);
}
