import type { PipelineDeclaration } from '../declaration.ts';
import { type At, type Breaches, breach } from './breach.ts';

/**
 * CodePipeline's patterns admit the names `.` and `..`. Paths lose them (RFC 3986, 5.2.4), and here IAM decides by paths: such a name
 * would have a caller act on another pipeline, stage or action than the policy names.
 */
export function* checkNames({ name, stages }: PipelineDeclaration): Breaches {
  yield* checkName(name, 'pipeline.name', 'name');
  for (const [stage, { name, actions }] of stages.entries()) {
    yield* checkName(name, `pipeline.stages[${stage}].name`, 'stages', stage, 'name');
    for (const [action, { name }] of actions.entries())
      yield* checkName(
        name,
        `pipeline.stages[${stage}].actions[${action}].name`,
        ...['stages', stage, 'actions', action, 'name'],
      );
  }
}

function* checkName(name: string, place: string, ...at: At): Breaches {
  if (name !== '.' && name !== '..') return;
  yield breach('ValidationException', `${place} is '${name}', which a path cannot hold. Choose another name.`, ...at);
}
