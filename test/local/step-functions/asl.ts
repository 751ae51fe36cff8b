export const tokenTask = 'arn:aws:states:::lambda:invoke.waitForTaskToken';
export const plainTask = 'arn:aws:states:::lambda:invoke';

/** A task that waits for a token; the function `work` is given it, and what else the payload has. */
export function waitingTask(payload: object = {}, more: object = { End: true }): object {
  const Payload = { ...payload, token: '{% $states.context.Task.Token %}' };
  return { Type: 'Task', Resource: tokenTask, Arguments: { FunctionName: 'work', Payload }, ...more };
}

/** A definition in JSONata whose first state is the one that stands first. */
export function definitionOf(states: Record<string, object>, more: object = {}): string {
  return JSON.stringify({ QueryLanguage: 'JSONata', StartAt: Object.keys(states)[0], States: states, ...more });
}
