import { nestedName, pathNames } from '../../functions/api/route.ts';

/** The path at which an operation is called with this input: `/{Operation}/{pipeline}/{stage}/{action}`, as far as the input names them. */
export function pathOf(operation: string, input: Readonly<Record<string, unknown>>): string {
  const parts = (['pipeline', 'stage', 'action'] as const).flatMap((part) => {
    const names = pathNames(operation, part).map((member) => input[member]);
    const name = [...names, ...(part === 'pipeline' ? [nestedName(input)] : [])].find(isName);
    return isName(name) ? [encodeURIComponent(name)] : [];
  });
  return ['', operation, ...parts].join('/');
}

function isName(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}
