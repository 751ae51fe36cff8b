import { ServiceError } from '../service.ts';

/** A value of the States Language: JSON in which strings of the form `{% … %}` are JSONata. */
export type Template = unknown;

export interface Retrier {
  readonly ErrorEquals: readonly string[];
  readonly IntervalSeconds?: number;
  readonly MaxAttempts?: number;
  readonly BackoffRate?: number;
  readonly MaxDelaySeconds?: number;
  readonly JitterStrategy?: 'FULL' | 'NONE';
}

export interface Catcher {
  readonly ErrorEquals: readonly string[];
  readonly Next: string;
  readonly Output?: Template;
  readonly Assign?: Readonly<Record<string, Template>>;
}

export interface Choice {
  readonly Condition: Template;
  readonly Next: string;
  readonly Output?: Template;
  readonly Assign?: Readonly<Record<string, Template>>;
}

export interface State {
  readonly Type: 'Task' | 'Pass' | 'Choice' | 'Wait' | 'Map' | 'Parallel' | 'Succeed' | 'Fail';
  readonly Next?: string;
  readonly End?: boolean;
  readonly Output?: Template;
  readonly Assign?: Readonly<Record<string, Template>>;
  readonly Arguments?: Template;
  readonly Resource?: string;
  readonly TimeoutSeconds?: Template;
  readonly HeartbeatSeconds?: Template;
  readonly Retry?: readonly Retrier[];
  readonly Catch?: readonly Catcher[];
  readonly Choices?: readonly Choice[];
  readonly Default?: string;
  readonly Seconds?: Template;
  readonly Timestamp?: Template;
  readonly Items?: Template;
  readonly ItemSelector?: Template;
  readonly MaxConcurrency?: Template;
  readonly ItemProcessor?: Machine & { readonly ProcessorConfig?: { readonly Mode?: string } };
  readonly Branches?: readonly Machine[];
  readonly Error?: Template;
  readonly Cause?: Template;
}

export interface Machine {
  readonly StartAt: string;
  readonly States: Readonly<Record<string, State>>;
  readonly QueryLanguage?: string;
  readonly TimeoutSeconds?: number;
}

const fields: Readonly<Record<State['Type'], readonly string[]>> = {
  Task: ['Resource', 'Arguments', 'TimeoutSeconds', 'HeartbeatSeconds', 'Retry', 'Catch', 'Credentials'],
  Pass: [],
  Choice: ['Choices', 'Default'],
  Wait: ['Seconds', 'Timestamp'],
  Map: ['Items', 'ItemSelector', 'MaxConcurrency', 'ItemProcessor', 'Retry', 'Catch'],
  Parallel: ['Branches', 'Arguments', 'Retry', 'Catch'],
  Succeed: [],
  Fail: ['Error', 'Cause'],
};
const everywhere = ['Type', 'Comment', 'Next', 'End', 'Output', 'Assign', 'QueryLanguage'];
const resource = /^arn:aws[a-z-]*:states:::(lambda:invoke|lambda:invoke\.waitForTaskToken|states:startExecution)$/;

/** Reads a definition; refuses what the interpreter does not carry out, naming it. */
export function readDefinition(text: string): Machine {
  let machine: Machine;
  try {
    machine = JSON.parse(text) as Machine;
  } catch (error) {
    throw invalid(`it is not JSON (${error instanceof Error ? error.message : error})`);
  }
  if (machine.QueryLanguage !== 'JSONata')
    throw invalid(
      `QueryLanguage is ${machine.QueryLanguage ?? 'absent, which means JSONPath'}; the local stack runs JSONata only`,
    );
  check(machine, '');
  return machine;
}

function check(machine: Machine, path: string): void {
  const { States, StartAt } = machine;
  if (typeof States !== 'object' || States === null || !Object.hasOwn(States, StartAt))
    throw invalid(`${path}/StartAt names no state: ${StartAt}`);
  for (const [name, state] of Object.entries(States)) checkState(machine, state, `${path}/States/${name}`);
}

function checkState(machine: Machine, state: State, path: string): void {
  const allowed = fields[state.Type];
  if (!allowed) throw invalid(`${path} has the type ${state.Type}`);
  const unknown = Object.keys(state).find((field) => !allowed.includes(field) && !everywhere.includes(field));
  if (unknown) throw invalid(`${path} has the field ${unknown}, which a ${state.Type} state in JSONata does not have`);
  const next = [
    state.Next,
    state.Default,
    ...(state.Choices ?? []).map(({ Next }) => Next),
    ...(state.Catch ?? []).map(({ Next }) => Next),
  ];
  const missing = next.find((each) => each !== undefined && !Object.hasOwn(machine.States, each));
  if (missing !== undefined) throw invalid(`${path} goes on to ${missing}, which is not a state beside it`);
  const ends = state.End === true || state.Next !== undefined || ['Choice', 'Succeed', 'Fail'].includes(state.Type);
  if (!ends) throw invalid(`${path} has neither Next nor End`);
  if (state.Type === 'Task' && !resource.test(state.Resource ?? '')) {
    throw invalid(
      `${path} uses ${state.Resource}; the local stack has lambda:invoke, lambda:invoke.waitForTaskToken and states:startExecution. Set AWS_ENDPOINT_URL_SFN to use another endpoint`,
    );
  }
  if (state.Type === 'Map') checkMap(state, path);
  for (const [index, branch] of (state.Branches ?? []).entries()) check(branch, `${path}/Branches/${index}`);
}

function checkMap({ ItemProcessor }: State, path: string): void {
  if (!ItemProcessor) throw invalid(`${path} has no ItemProcessor`);
  const mode = ItemProcessor.ProcessorConfig?.Mode ?? 'INLINE';
  if (mode !== 'INLINE') throw invalid(`${path} is of mode ${mode}; the local stack has INLINE`);
  check(ItemProcessor, `${path}/ItemProcessor`);
}

function invalid(why: string): ServiceError {
  return new ServiceError('InvalidDefinition', `Invalid State Machine Definition: ${why}.`);
}
