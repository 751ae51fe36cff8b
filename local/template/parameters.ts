import { invalid, type RawParameter, type Value } from './document.ts';

type Declarations = Readonly<Record<string, RawParameter>>;

const READERS: Readonly<Record<string, (name: string, text: string) => Value>> = {
  String: (_, text) => text,
  Number: number,
  CommaDelimitedList: (_, text) => list(text),
  'List<Number>': (name, text) => list(text).map((item) => number(name, item)),
};

/** The values of a template's parameters: what is given, else the default, held against the declared constraints. */
export function readParameters(
  declared: Declarations,
  given: Readonly<Record<string, string>>,
): ReadonlyMap<string, Value> {
  for (const name of Object.keys(given)) {
    if (!Object.hasOwn(declared, name)) throw invalid(`The template has no parameter ${name}.`);
  }
  return new Map(Object.entries(declared).map(([name, parameter]) => [name, readOne(name, parameter, given[name])]));
}

function readOne(name: string, parameter: RawParameter, given: string | undefined): Value {
  const read = READERS[parameter.Type];
  if (read === undefined) throw invalid(`The local stack has no parameters of type ${parameter.Type} (${name}).`);
  const text = given ?? parameter.Default;
  if (text === undefined) throw invalid(`The parameter ${name} has no default and was not given.`);
  const value = read(name, String(text));
  for (const item of Array.isArray(value) ? value : [value]) check(name, parameter, item);
  return value;
}

function check(name: string, parameter: RawParameter, value: string | number): void {
  const broken = brokenConstraint(parameter, value);
  if (broken === undefined) return;
  const shown = String(parameter.NoEcho) === 'true' ? '****' : String(value);
  throw invalid(`The parameter ${name} is ${shown || 'empty'}, but ${parameter.ConstraintDescription ?? broken}.`);
}

function brokenConstraint(parameter: RawParameter, value: string | number): string | undefined {
  const { AllowedValues, AllowedPattern, MinLength, MaxLength, MinValue, MaxValue } = parameter;
  const text = String(value);
  if (AllowedValues !== undefined && !AllowedValues.map(String).includes(text)) {
    return `must be one of ${AllowedValues.join(', ')}`;
  }
  if (AllowedPattern !== undefined && !new RegExp(`^(?:${AllowedPattern})$`).test(text)) {
    return `must match ${AllowedPattern}`;
  }
  if (MinLength !== undefined && text.length < Number(MinLength)) return `must have at least ${MinLength} characters`;
  if (MaxLength !== undefined && text.length > Number(MaxLength)) return `must have at most ${MaxLength} characters`;
  if (MinValue !== undefined && Number(value) < Number(MinValue)) return `must be at least ${MinValue}`;
  if (MaxValue !== undefined && Number(value) > Number(MaxValue)) return `must be at most ${MaxValue}`;
  return undefined;
}

function list(text: string): string[] {
  return text === '' ? [] : text.split(',').map((item) => item.trim());
}

function number(name: string, text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !Number.isFinite(value)) throw invalid(`The parameter ${name} must be a number.`);
  return value;
}
