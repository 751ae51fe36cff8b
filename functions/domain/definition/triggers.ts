import type { PipelineDeclaration } from '../declaration.ts';
import { structureBreach } from './breach.ts';
import { duplicate } from './duplicate.ts';

/** The rules of git triggers: each is of one source action that has a connection, and the only one of it. */
export function checkTriggers({ triggers = [], stages }: PipelineDeclaration): void {
  const connected = new Set(
    stages[0]?.actions
      .filter(({ actionTypeId }) => actionTypeId.provider === 'CodeStarSourceConnection')
      .map(({ name }) => name),
  );
  const named = triggers.map(({ gitConfiguration }) => gitConfiguration.sourceActionName);
  const wrong = named.find((name) => !connected.has(name));
  if (wrong !== undefined)
    throw structureBreach(
      `A trigger must reference a CodeStarSourceConnection action. '${wrong}' is no such action of the first stage.`,
    );
  const twice = duplicate(named);
  if (twice !== undefined)
    throw structureBreach(`Source action '${twice}' has more than one trigger. An action can have one.`);
}
