// Escape sequences of terminals (ECMA-48): control strings with their end (OSC, DCS, SOS, PM, APC), control sequences, other escapes.
const CONTROL_STRING =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it looks for.
  /(?:\u001b[PX\]^_]|[\u0090\u0098\u009d-\u009f])[^\u0007\u001b\u0090\u0098\u009c-\u009f]*(?:\u0007|\u001b\\|\u009c)/g;
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it looks for.
const CONTROL_SEQUENCE = /(?:\u001b\[|\u009b)[0-?]*[ -/]*[@-~]/g;
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it looks for.
const OTHER_ESCAPE = /\u001b[ -/]*[0-~]/g;

/** Directional marks, embeddings, overrides and isolates (Unicode Standard Annex 9): they make text look like other text. */
const DIRECTION = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;
const CONTROL = /\p{Cc}/gu;

/**
 * Text of others as plain text: terminal escape sequences are taken out, BiDi controls and control characters are made visible.
 * Line feeds and tabs stay.
 */
export function plainText(text: string): string {
  return text
    .toWellFormed()
    .replace(CONTROL_STRING, '')
    .replace(CONTROL_SEQUENCE, '')
    .replace(OTHER_ESCAPE, '')
    .replace(/(?<!\r)\r+(?=\n|$)/g, '')
    .replace(DIRECTION, (found) => `[U+${found.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}]`)
    .replace(CONTROL, picture);
}

/** The Unicode control pictures: a symbol for each ASCII control character. */
function picture(found: string): string {
  const code = found.charCodeAt(0);
  if (found === '\n' || found === '\t') return found;
  if (code === 0x7f) return '\u2421';
  return code < 0x20 ? String.fromCharCode(0x2400 + code) : '\ufffd';
}
