import { ServiceError } from '../service.ts';

/** The name in what callers may call a function by: its name, its ARN or the end of it, with `$LATEST` or without. */
export function nameOf(reference: string): string {
  const found = /^(?:(?:arn:[\w-]+:lambda:[\w-]+:)?\d{12}:function:)?([\w-]+)(?::([\w$-]+))?$/.exec(reference);
  const [, name, version = '$LATEST'] = found ?? [];
  if (name !== undefined && version === '$LATEST') return name;
  throw functionNotFound(reference);
}

/** The error for a function, version or alias that is not there. */
export function functionNotFound(reference: string): ServiceError {
  return new ServiceError('ResourceNotFoundException', `Function not found: ${reference}`, 404);
}
