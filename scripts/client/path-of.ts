import { pathMembers } from '../../functions/api/route.ts';

/** The path at which an operation is called with this input: `/{Operation}/{pipeline}/{stage}/{action}`, as far as the input names them. */
export function pathOf(operation: string, input: Readonly<Record<string, unknown>>): string {
  const parts = Object.entries(pathMembers).flatMap(([part, names]) => {
    const name = names.map((member) => input[member]).find(isName) ?? (part === 'pipeline' ? nested(input) : undefined);
    return isName(name) ? [encodeURIComponent(name)] : [];
  });
  return ['', operation, ...parts].join('/');
}

/** CreatePipeline and UpdatePipeline have the name inside their pipeline. */
function nested({ pipeline }: Readonly<Record<string, unknown>>): unknown {
  return typeof pipeline === 'object' && pipeline !== null ? (pipeline as { name?: unknown }).name : undefined;
}

function isName(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}
