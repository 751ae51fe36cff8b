import type { PipelineDeclaration } from '../declaration.ts';
import { type Breaches, structureBreach } from './breach.ts';
import { duplicates } from './duplicates.ts';

/** The names of pipeline variables are unique. */
export function* checkVariables({ variables = [] }: PipelineDeclaration): Breaches {
  const names = variables.map(({ name }) => name);
  for (const index of duplicates(names))
    yield structureBreach(
      `Variable names must be unique within a pipeline. The following name is used more than once: ${names[index]}`,
      ...['variables', index, 'name'],
    );
}
