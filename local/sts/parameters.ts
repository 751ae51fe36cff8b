import { ServiceError } from '../service.ts';

/** Bounds of one text parameter of the STS API. */
interface TextRule {
  readonly least: number;
  readonly most: number;
  readonly pattern?: RegExp;
}

/** A parameter of the form, or undefined; refuses one outside its bounds in AWS's words. */
export function text(form: URLSearchParams, name: string, { least, most, pattern }: TextRule): string | undefined {
  const value = form.get(name);
  if (value === null) return undefined;
  if (value.length < least) throw violation(name, value, `Member must have length greater than or equal to ${least}`);
  if (value.length > most) throw violation(name, value, `Member must have length less than or equal to ${most}`);
  if (pattern !== undefined && !pattern.test(value)) {
    throw violation(name, value, `Member must satisfy regular expression pattern: ${pattern.source.slice(1, -1)}`);
  }
  return value;
}

/** As `text`, and refuses when it is missing. */
export function requiredText(form: URLSearchParams, name: string, rule: TextRule): string {
  const value = text(form, name, rule);
  if (value === undefined) throw violation(name, null, 'Member must not be null');
  return value;
}

/** A whole number within bounds, or `otherwise`. */
export function integer(form: URLSearchParams, name: string, least: number, most: number, otherwise: number): number {
  const value = form.get(name);
  if (value === null) return otherwise;
  const number = Number(value);
  if (value === '' || !Number.isInteger(number))
    throw new ServiceError('MalformedInput', `${name} is not a whole number.`);
  if (number < least) throw violation(name, value, `Member must have value greater than or equal to ${least}`);
  if (number > most) throw violation(name, value, `Member must have value less than or equal to ${most}`);
  return number;
}

/** The values of a list, `Name.member.1` and on; `part` is what follows the number (`.Key`). */
export function list(form: URLSearchParams, name: string, part = ''): string[] {
  const values: string[] = [];
  for (let index = 1; ; index += 1) {
    const value = form.get(`${name}.member.${index}${part}`);
    if (value === null) return values;
    values.push(value);
  }
}

/** Refuses parameters that the local stack would have to ignore. */
export function refuse(form: URLSearchParams, names: readonly string[]): void {
  const found = names.find((name) => [...form.keys()].some((key) => key === name || key.startsWith(`${name}.`)));
  if (found === undefined) return;
  const message = `The local stack does not know the parameter ${found}. Set AWS_ENDPOINT_URL_STS to use another endpoint.`;
  throw new ServiceError('ValidationError', message);
}

function violation(name: string, value: string | null, constraint: string): ServiceError {
  const member = `${name.charAt(0).toLowerCase()}${name.slice(1)}`;
  const shown = value === null ? 'Value null' : `Value '${value}'`;
  const message = `1 validation error detected: ${shown} at '${member}' failed to satisfy constraint: ${constraint}`;
  return new ServiceError('ValidationError', message);
}
