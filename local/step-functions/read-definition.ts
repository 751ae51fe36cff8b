import { checkErrorHandling } from './check-error-handling.ts';
import { checkExpressions } from './check-expressions.ts';
import type { Machine, State } from './definition.ts';
import { invalidDefinition as invalid, isObject, shown } from './invalid-definition.ts';

const machineFields = ['Comment', 'QueryLanguage', 'StartAt', 'States'];
const outermostFields = [...machineFields, 'TimeoutSeconds', 'Version'];
const stateFields: Readonly<Record<State['Type'], readonly string[]>> = {
  Task: ['Next', 'End', 'Resource', 'Arguments', 'TimeoutSeconds', 'HeartbeatSeconds', 'Retry', 'Catch', 'Assign'],
  Pass: ['Next', 'End', 'Assign'],
  Choice: ['Choices', 'Default', 'Assign'],
  Wait: ['Next', 'End', 'Seconds', 'Timestamp', 'Assign'],
  Map: ['Next', 'End', 'Items', 'ItemSelector', 'MaxConcurrency', 'ItemProcessor', 'Retry', 'Catch', 'Assign'],
  Parallel: ['Next', 'End', 'Branches', 'Arguments', 'Retry', 'Catch', 'Assign'],
  Succeed: [],
  Fail: ['Error', 'Cause'],
};
const choiceFields = ['Condition', 'Next', 'Output', 'Assign', 'Comment'];
const everyState = ['Type', 'Comment', 'QueryLanguage', 'Output'];
const resource = /^arn:aws[a-z-]*:states:::(lambda:invoke|lambda:invoke\.waitForTaskToken|states:startExecution)$/;
const largest = 1024 * 1024;
const deepest = 200;

/** Reads a definition; refuses, with InvalidDefinition, what the interpreter does not carry out, naming its place. */
export function readDefinition(text: string): Machine {
  if (Buffer.byteLength(text) > largest) throw invalid(`it has over ${largest} bytes`);
  let machine: Machine;
  try {
    machine = JSON.parse(text) as Machine;
  } catch (error) {
    throw invalid(`it is not JSON (${error instanceof Error ? error.message : error})`);
  }
  if (!isObject(machine)) throw invalid('it is not a JSON object');
  if (isDeeper(machine, deepest)) throw invalid(`it is nested over ${deepest} deep`);
  if (machine.QueryLanguage !== 'JSONata') {
    const given = machine.QueryLanguage ?? 'absent, which means JSONPath';
    throw invalid(`QueryLanguage is ${shown(given)}; the local stack runs JSONata only`);
  }
  const { TimeoutSeconds } = machine;
  if (TimeoutSeconds !== undefined && !(Number.isInteger(TimeoutSeconds) && TimeoutSeconds > 0))
    throw invalid(`TimeoutSeconds is ${shown(TimeoutSeconds)}, not a positive whole number`);
  checkMachine(machine, '', outermostFields, new Set());
  return machine;
}

function checkMachine(machine: Machine, path: string, fields: readonly string[], names: Set<string>): void {
  if (!isObject(machine)) throw invalid(`${path} is not an object`);
  if (!isObject(machine.States)) throw invalid(`${path}/States is not an object`);
  const unknown = Object.keys(machine).find((field) => !fields.includes(field));
  if (unknown !== undefined) throw invalid(`${path}/${unknown} is no field that the local stack has here`);
  checkLanguage(machine.QueryLanguage, path);
  if (!isStateOf(machine, machine.StartAt)) throw invalid(`${path}/StartAt names no state: ${shown(machine.StartAt)}`);
  for (const [name, state] of Object.entries(machine.States)) {
    if (name.length > 80) throw invalid(`the name of the state ${name} is over 80 characters`);
    if (names.has(name)) throw invalid(`two states have the name ${name}`);
    names.add(name);
    checkState(machine, state, `${path}/States/${name}`, names);
  }
}

function checkState(machine: Machine, state: State, path: string, names: Set<string>): void {
  if (!isObject(state)) throw invalid(`${path} is not an object`);
  if (typeof state.Type !== 'string' || !Object.hasOwn(stateFields, state.Type))
    throw invalid(`${path} has the type ${shown(state.Type)}, which no state has`);
  const known = [...stateFields[state.Type], ...everyState];
  const unknown = Object.keys(state).find((field) => !known.includes(field));
  if (unknown !== undefined)
    throw invalid(`${path} has the field ${unknown}, which a ${state.Type} state in JSONata does not have here`);
  checkLanguage(state.QueryLanguage, path);
  if (state.End !== undefined && typeof state.End !== 'boolean')
    throw invalid(`${path}/End is ${shown(state.End)}, neither true nor false`);
  if (known.includes('Next') && (state.End === true) === (state.Next !== undefined))
    throw invalid(`${path} must have either Next or End`);
  checkErrorHandling(state, path);
  checkOwn(state, path, names);
  checkExpressions(state, path);
  checkTargets(machine, state, path);
}

function checkTargets(machine: Machine, { Next, Default, Choices = [], Catch = [] }: State, path: string): void {
  const named = [Next, Default, ...Choices.map((choice) => choice.Next), ...Catch.map((catcher) => catcher.Next)];
  const missing = named.find((name) => name !== undefined && !isStateOf(machine, name));
  if (missing !== undefined) throw invalid(`${path} goes on to ${shown(missing)}, which is not a state beside it`);
}

/** What only states of one type have. */
function checkOwn(state: State, path: string, names: Set<string>): void {
  if (state.Type === 'Task' && !(typeof state.Resource === 'string' && resource.test(state.Resource))) {
    throw invalid(
      `${path} uses ${shown(state.Resource)}; the local stack has lambda:invoke, lambda:invoke.waitForTaskToken and states:startExecution. Set AWS_ENDPOINT_URL_SFN to use another endpoint`,
    );
  }
  if (state.Type === 'Choice') checkChoices(state, path);
  if (state.Type === 'Wait' && (state.Seconds === undefined) === (state.Timestamp === undefined))
    throw invalid(`${path} must have either Seconds or Timestamp`);
  if (state.Type === 'Map') checkMap(state, path, names);
  if (state.Type === 'Parallel') checkBranches(state, path, names);
}

function checkChoices({ Choices }: State, path: string): void {
  if (!Array.isArray(Choices) || Choices.length === 0) throw invalid(`${path} has no Choices`);
  for (const [index, choice] of Choices.entries()) {
    if (!isObject(choice)) throw invalid(`${path}/Choices/${index} is not an object`);
    const unknown = Object.keys(choice).find((field) => !choiceFields.includes(field));
    if (unknown !== undefined) throw invalid(`${path}/Choices/${index} has the field ${unknown}`);
    if (choice.Condition === undefined || choice.Next === undefined)
      throw invalid(`${path}/Choices/${index} must have Condition and Next`);
  }
}

function checkMap({ ItemProcessor }: State, path: string, names: Set<string>): void {
  if (!isObject(ItemProcessor)) throw invalid(`${path} has no ItemProcessor`);
  const { ProcessorConfig = {} } = ItemProcessor;
  if (!isObject(ProcessorConfig)) throw invalid(`${path}/ItemProcessor/ProcessorConfig is not an object`);
  const { Mode = 'INLINE' } = ProcessorConfig;
  if (Mode !== 'INLINE') throw invalid(`${path} is of mode ${shown(Mode)}; the local stack has INLINE`);
  checkMachine(ItemProcessor, `${path}/ItemProcessor`, [...machineFields, 'ProcessorConfig'], names);
}

function checkBranches({ Branches }: State, path: string, names: Set<string>): void {
  if (!Array.isArray(Branches) || Branches.length === 0) throw invalid(`${path} has no Branches`);
  for (const [index, branch] of Branches.entries())
    checkMachine(branch, `${path}/Branches/${index}`, machineFields, names);
}

function checkLanguage(language: string | undefined, path: string): void {
  if (language !== undefined && language !== 'JSONata')
    throw invalid(`${path}/QueryLanguage is ${shown(language)}; the local stack runs JSONata only`);
}

function isStateOf({ States }: Machine, name: unknown): boolean {
  return typeof name === 'string' && Object.hasOwn(States, name);
}

function isDeeper(value: object, most: number): boolean {
  if (most === 0) return true;
  return Object.values(value).some((each) => typeof each === 'object' && each !== null && isDeeper(each, most - 1));
}
