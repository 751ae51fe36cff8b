import { references } from './variables.ts';

/** Lines for a shell, and the variables of its environment by which they have their values. */
export interface ShellLines {
  readonly lines: readonly string[];
  readonly variables: Readonly<Record<string, string>>;
}

/**
 * Lines in which each reference to a variable stands as one of the environment, quoted: a value comes from a commit or a build, and
 * whatever it holds is text to the shell. `values`: by the text of the reference; one without stays as it is.
 */
export function shellLines(commands: readonly string[], values: Readonly<Record<string, string>>): ShellLines {
  const names = new Map(Object.keys(values).map((text, index) => [text, `SLUICE_VARIABLE_${index + 1}`]));
  return {
    lines: commands.map((command) => withNames(command, names)),
    variables: Object.fromEntries([...names].map(([text, name]) => [name, values[text] ?? ''])),
  };
}

type Quote = '' | "'" | '"';

function withNames(command: string, names: ReadonlyMap<string, string>): string {
  let quote: Quote = '';
  let rest = command;
  let line = '';
  for (const { text } of references(command)) {
    const name = names.get(text);
    if (name === undefined) continue;
    const at = rest.indexOf(text);
    const before = rest.slice(0, at);
    quote = quoteAfter(before, quote);
    line += before + expansion(name, quote);
    rest = rest.slice(at + text.length);
  }
  return line + rest;
}

function expansion(name: string, quote: Quote): string {
  if (quote === '"') return `\${${name}}`;
  return quote === "'" ? `'"\${${name}}"'` : `"\${${name}}"`;
}

/** The quotes in which the shell is after a text. */
function quoteAfter(text: string, before: Quote): Quote {
  let quote = before;
  for (let at = 0; at < text.length; at++) {
    const character = text[at];
    if (character === '\\' && quote !== "'") at++;
    else if (quote === '' && (character === "'" || character === '"')) quote = character;
    else if (character === quote) quote = '';
  }
  return quote;
}
