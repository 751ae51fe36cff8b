/** A machine with one thing changed. */
export interface Mutant {
  /** Where, and what it became. */
  readonly name: string;
  /** The state that is another; undefined where it is the machine. */
  readonly state: string | undefined;
  readonly definition: string;
}

type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json };
type Members = { readonly [name: string]: Json };
type Path = readonly (string | number)[];

/** Something that may stand in a place of the definition instead; undefined: nothing stands there. */
interface Change {
  readonly path: Path;
  readonly value: Json | undefined;
  /** What it is called, where the value is long. */
  readonly called?: string;
}

/** All machines that differ from a definition in one thing that is carried out. Comments and the order of states are none. */
export function mutantsOf(definition: string): readonly Mutant[] {
  const whole = JSON.parse(definition) as Members;
  return changesOf(whole).map((change) => ({
    state: innermost(change.path),
    name: `${change.path.filter((part) => part !== 'States' && part !== 'ItemProcessor').join('.')} → ${calledOf(change)}`,
    definition: JSON.stringify(put(whole, change.path, change.value)),
  }));
}

function calledOf({ value, called }: Change): string {
  return called ?? (value === undefined ? 'nothing' : JSON.stringify(value));
}

function innermost(path: Path): string | undefined {
  const at = path.lastIndexOf('States');
  return at === -1 || path[at + 1] === undefined ? undefined : String(path[at + 1]);
}

function changesOf(machine: Members, path: Path = []): readonly Change[] {
  const states = machine['States'] as { readonly [name: string]: Members };
  const names = Object.keys(states);
  return [
    ...elsewhere([...path, 'StartAt'], String(machine['StartAt']), names),
    ...names.flatMap((name) => changesOfState(states[name] ?? {}, [...path, 'States', name], names)),
  ];
}

function changesOfState(state: Members, path: Path, names: readonly string[]): readonly Change[] {
  return Object.entries(state).flatMap(([field, value]): readonly Change[] => {
    const here = [...path, field];
    switch (field) {
      case 'Comment':
      case 'Type':
        return [];
      case 'Next':
      case 'Default':
        return elsewhere(here, String(value), names);
      case 'End':
        return names.map((Next) => ({ path, value: { ...without(state, 'End'), Next }, called: `Next ${Next}` }));
      case 'Retry':
        return [removal(here), ...(value as readonly Members[]).flatMap((each, at) => retrier(each, [...here, at]))];
      case 'Catch':
        return [
          removal(here),
          ...(value as readonly Members[]).flatMap((each, at) => catcher(each, [...here, at], names)),
        ];
      case 'Choices':
        return choices(value as readonly Members[], here, names);
      case 'ItemProcessor':
        return changesOf(value as Members, here);
      case 'Resource':
        return [{ path: here, value: withOrWithoutToken(String(value)) }];
      default:
        return [removal(here), ...changesOfValue(value, here)];
    }
  });
}

/** Each Next, and the end of the machine, where they do not lead now. */
function elsewhere(path: Path, now: string, names: readonly string[]): readonly Change[] {
  return names.filter((name) => name !== now).map((value) => ({ path, value }));
}

function retrier(each: Members, path: Path): readonly Change[] {
  const errors = JSON.stringify(each['ErrorEquals']) === '["States.ALL"]' ? 'States.TaskFailed' : 'States.ALL';
  const attempts = Number(each['MaxAttempts']);
  return [
    { path: [...path, 'ErrorEquals'], value: [errors] },
    { path: [...path, 'ErrorEquals'], value: ['States.Timeout'] },
    { path: [...path, 'IntervalSeconds'], value: Number(each['IntervalSeconds']) + 1 },
    ...[0, attempts - 1, attempts + 1].map((value) => ({ path: [...path, 'MaxAttempts'], value })),
    { path: [...path, 'BackoffRate'], value: 1 },
    { path: [...path, 'BackoffRate'], value: Number(each['BackoffRate']) + 1 },
    ...['MaxAttempts', 'MaxDelaySeconds', 'JitterStrategy'].map((field) => removal([...path, field])),
  ].filter(({ path: where }) => each[String(where.at(-1))] !== undefined);
}

function catcher(each: Members, path: Path, names: readonly string[]): readonly Change[] {
  const output = each['Output'];
  return [
    { path: [...path, 'ErrorEquals'], value: ['States.TaskFailed'] },
    { path: [...path, 'ErrorEquals'], value: ['States.Timeout'] },
    ...elsewhere([...path, 'Next'], String(each['Next']), names),
    ...(output === undefined ? [] : [removal([...path, 'Output']), ...changesOfValue(output, [...path, 'Output'])]),
  ];
}

function choices(all: readonly Members[], path: Path, names: readonly string[]): readonly Change[] {
  return all.flatMap((each, at) => [
    { path, value: all.filter((other) => other !== each), called: `without ${at}` },
    ...changesOfValue(each['Condition'] ?? null, [...path, at, 'Condition']),
    ...['true', 'false'].map((value) => ({ path: [...path, at, 'Condition'], value: `{% ${value} %}` })),
    ...elsewhere([...path, at, 'Next'], String(each['Next']), names),
  ]);
}

/** What is evaluated: each member is left out and exchanged for its neighbour; numbers and expressions are others. */
function changesOfValue(value: Json, path: Path): readonly Change[] {
  if (typeof value === 'number') return [0.5, 2].map((by) => ({ path, value: Math.floor(value * by) }));
  if (typeof value === 'string') return expressions(value).map((other) => ({ path, value: other }));
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return [];
  const members = value as Members;
  const names = Object.keys(members);
  const empty = names.length === 0 ? [] : [{ path, value: {} }];
  return [
    ...empty,
    ...names.flatMap((name, at) => {
      const here = [...path, name];
      const next = names[at + 1];
      const exchanged =
        next === undefined ? [] : [{ path, value: exchange(members, name, next), called: `${name} ⇄ ${next}` }];
      return [removal(here), ...exchanged, ...changesOfValue(members[name] ?? null, here)];
    }),
  ];
}

/** Other expressions of a JSONata expression: its operators, numbers, texts and branches changed one at a time. */
function expressions(text: string): readonly string[] {
  const code = /^\{%\s*(.*?)\s*%\}$/s.exec(text)?.[1];
  if (code === undefined) return [];
  const branches = /\$exists\((.*?)\) \? (.*?) : ('.*?'|\d+)/.exec(code);
  const others = [
    ...changed(code, / = /g, () => ' != '),
    ...changed(code, / \+ /g, () => ' - '),
    ...changed(code, /\b\d+\b/g, (number) => String(Number(number) + 1)),
    ...changed(code, /'[^']*'/g, (found) => (found === "''" ? "'other'" : "''")),
    ...(branches ? [branches[2], branches[3]].map((branch) => code.replace(branches[0], String(branch))) : []),
    'null',
  ];
  return others.map((other) => `{% ${other} %}`);
}

/** The text with one of what is found changed, for each that is found. */
function changed(text: string, found: RegExp, into: (found: string) => string): readonly string[] {
  return [...text.matchAll(found)].map(
    ({ 0: was, index }) => `${text.slice(0, index)}${into(was)}${text.slice(index + was.length)}`,
  );
}

function withOrWithoutToken(resource: string): string {
  const token = '.waitForTaskToken';
  return resource.endsWith(token) ? resource.slice(0, -token.length) : `${resource}${token}`;
}

function removal(path: Path): Change {
  return { path, value: undefined };
}

function without(members: Members, name: string): Members {
  return Object.fromEntries(Object.entries(members).filter(([each]) => each !== name));
}

function exchange(members: Members, one: string, other: string): Members {
  return { ...members, [one]: members[other] ?? null, [other]: members[one] ?? null };
}

function put(whole: Json, [first, ...rest]: Path, value: Json | undefined): Json {
  if (first === undefined) return value ?? null;
  if (Array.isArray(whole)) return whole.map((each, at) => (at === first ? put(each, rest, value) : each));
  const members = whole as Members;
  if (rest.length === 0 && value === undefined) return without(members, String(first));
  return { ...members, [first]: put(members[first] ?? null, rest, value) };
}
