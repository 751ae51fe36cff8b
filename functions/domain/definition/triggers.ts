import type { PipelineDeclaration } from '../declaration.ts';
import { type Breaches, structureBreach } from './breach.ts';
import { duplicates } from './duplicates.ts';

/** The rules of git triggers: each is of one source action that has a connection, and the only one of it. */
export function* checkTriggers({ triggers = [], stages }: PipelineDeclaration): Breaches {
  const connected = new Set(
    stages[0]?.actions
      .filter(({ actionTypeId }) => actionTypeId.provider === 'CodeStarSourceConnection')
      .map(({ name }) => name),
  );
  const named = triggers.map(({ gitConfiguration }) => gitConfiguration.sourceActionName);
  const at = (index: number) => ['triggers', index, 'gitConfiguration', 'sourceActionName'];
  for (const [index, name] of named.entries())
    if (!connected.has(name))
      yield structureBreach(
        `A trigger must reference a CodeStarSourceConnection action. '${name}' is no such action of the first stage.`,
        ...at(index),
      );
  for (const index of duplicates(named))
    yield structureBreach(
      `Source action '${named[index]}' has more than one trigger. An action can have one.`,
      ...at(index),
    );
}
