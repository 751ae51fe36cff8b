import { ServiceError } from '../service.ts';

/** The name in what callers may call a function by: its name, its ARN or the end of it, with `$LATEST` or without. */
export function nameOf(reference: string): string {
  const called = calledBy(reference);
  if (!called.includes(':')) return called;
  throw functionNotFound(reference);
}

/** The same with the alias behind a colon, where the reference has one. There are no versions but `$LATEST`. */
export function calledBy(reference: string): string {
  const found = /^(?:(?:arn:[\w-]+:lambda:[\w-]+:)?\d{12}:function:)?([\w-]+)(?::([\w$-]+))?$/.exec(reference);
  const [, name, qualifier = '$LATEST'] = found ?? [];
  if (name !== undefined && qualifier === '$LATEST') return name;
  if (name !== undefined && /^(?!\d+$)[\w-]+$/.test(qualifier)) return `${name}:${qualifier}`;
  throw functionNotFound(reference);
}

/** Function and alias of `calledBy`. */
export function partsOf(called: string): { readonly name: string; readonly alias?: string } {
  const [name = '', alias] = called.split(':');
  return { name, ...(alias === undefined ? {} : { alias }) };
}

/** The error for a function, version or alias that is not there. */
export function functionNotFound(reference: string): ServiceError {
  return new ServiceError('ResourceNotFoundException', `Function not found: ${reference}`, 404);
}
