/**
 * Whether a value of a definition names one thing: whoever writes definitions must not word what an operator then grants, so that wildcards
 * and variables of policies get into no printed statement.
 */
export function isPlain(name: string): boolean {
  return !/[*?\p{Cc}]|\$\{/u.test(name);
}

/** A value as one word of a shell's command line. */
export function word(value: string): string {
  return /^[\w.:/@=+-]+$/.test(value) ? value : `'${value.replaceAll("'", "'\\''")}'`;
}

/** A text as one line of a terminal: without control characters, by which a value could pass itself off as another line. */
export function line(text: string): string {
  return text.replace(/\p{Cc}/gu, '\ufffd');
}
