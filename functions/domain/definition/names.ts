import type { PipelineDeclaration } from '../declaration.ts';
import { Refusal } from '../refusal.ts';

/**
 * CodePipeline's patterns admit the names `.` and `..`. Paths lose them (RFC 3986, 5.2.4), and here IAM decides by paths: such a name
 * would have a caller act on another pipeline, stage or action than the policy names.
 */
export function checkNames({ name, stages }: PipelineDeclaration): void {
  refuse(name, 'pipeline.name');
  for (const [stage, { name, actions }] of stages.entries()) {
    refuse(name, `pipeline.stages[${stage}].name`);
    for (const [action, { name }] of actions.entries())
      refuse(name, `pipeline.stages[${stage}].actions[${action}].name`);
  }
}

function refuse(name: string, place: string): void {
  if (name !== '.' && name !== '..') return;
  throw new Refusal('ValidationException', `${place} is '${name}', which a path cannot hold. Choose another name.`);
}
