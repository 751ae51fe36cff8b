import type { PipelineDeclaration } from '../declaration.ts';
import { structureBreach } from './breach.ts';
import { duplicate } from './duplicate.ts';

/** The names of pipeline variables are unique. */
export function checkVariables({ variables = [] }: PipelineDeclaration): void {
  const twice = duplicate(variables.map(({ name }) => name));
  if (twice !== undefined)
    throw structureBreach(
      `Variable names must be unique within a pipeline. The following name is used more than once: ${twice}`,
    );
}
