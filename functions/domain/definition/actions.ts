import type { ActionType } from '../action-type.ts';
import { findActionType } from '../action-types.ts';
import { type ActionDeclaration, type PipelineDeclaration, runOrder } from '../declaration.ts';
import { Refusal } from '../refusal.ts';
import { references } from '../variables.ts';

/** The rules of single actions: type, configuration, artifacts. */
export function checkActions(pipeline: PipelineDeclaration, { region }: { readonly region: string }): void {
  const made = new Set<string>();
  for (const { actions } of pipeline.stages) {
    const inOrder = [...actions].sort((a, b) => runOrder(a) - runOrder(b));
    const madeHere: { readonly name: string; readonly order: number }[] = [];
    for (const action of inOrder) {
      const type = typeOf(action, region);
      checkConfiguration(action, type);
      checkCounts(action, type);
      if (action.timeoutInMinutes !== undefined && !type.timeoutDeclarable) {
        throw invalid(`Action '${action.name}' has timeoutInMinutes, which only manual approval actions can have.`);
      }
      if (
        action.region !== undefined &&
        action.region !== region &&
        (action.actionTypeId.owner !== 'AWS' || action.actionTypeId.category === 'Source')
      ) {
        throw invalid(
          `Action '${action.name}' is in region ${action.region}. Source, ThirdParty and Custom actions must be in the region of the pipeline, ${region}.`,
        );
      }
      const before = madeHere.filter(({ order }) => order < runOrder(action)).map(({ name }) => name);
      checkInputs(action, (name) => made.has(name) || before.includes(name));
      for (const { name } of action.outputArtifacts ?? []) {
        if (made.has(name) || madeHere.some((output) => output.name === name)) {
          throw invalid(
            `Output Artifact Bundle name must be unique within the pipeline. ${name} has been used more than once.`,
          );
        }
        madeHere.push({ name, order: runOrder(action) });
      }
    }
    for (const { name } of madeHere) made.add(name);
  }
}

function typeOf({ name, actionTypeId }: ActionDeclaration, region: string): ActionType {
  const type = findActionType(actionTypeId);
  if (type) return type;
  const { category, owner, provider, version } = actionTypeId;
  const where = region.toUpperCase().replaceAll('-', '_');
  throw invalid(
    `ActionType (Category: '${category}', Provider: '${provider}', Owner: '${owner}', Version: '${version}') in action '${name}' is not available in region '${where}'`,
  );
}

function checkConfiguration({ name, configuration = {} }: ActionDeclaration, { properties }: ActionType): void {
  const missing = properties.find((property) => property.required && !Object.hasOwn(configuration, property.name));
  if (missing)
    throw invalid(`The configuration for action '${name}' is missing required configuration '${missing.name}'.`);
  for (const [key, value] of Object.entries(configuration)) {
    const property = properties.find((each) => each.name === key);
    if (!property)
      throw invalid(
        `The configuration for action '${name}' has the unknown configuration '${key}'. It takes: ${properties.map((each) => each.name).join(', ')}.`,
      );
    if (property.values && references(value).length === 0 && !property.values.includes(value)) {
      throw invalid(
        `The configuration '${key}' of action '${name}' is '${value.slice(0, 100)}'. It must be one of: ${property.values.join(', ')}.`,
      );
    }
  }
  if (configuration['Extract'] === 'false' && configuration['ObjectKey'] === undefined) {
    throw invalid(
      `The configuration for action '${name}' is missing required configuration 'ObjectKey', which Extract 'false' demands.`,
    );
  }
}

function checkCounts({ name, inputArtifacts = [], outputArtifacts = [] }: ActionDeclaration, type: ActionType): void {
  const rows = [
    ['input', inputArtifacts.length, type.inputArtifacts],
    ['output', outputArtifacts.length, type.outputArtifacts],
  ] as const;
  for (const [kind, count, { minimum, maximum }] of rows) {
    if (count < minimum)
      throw invalid(
        `Action '${name}' declares ${count} ${kind} artifacts which is less than the minimum count (${minimum}).`,
      );
    if (count > maximum)
      throw invalid(
        `Action '${name}' declares ${count} ${kind} artifacts which is more than the maximum count (${maximum}).`,
      );
  }
}

function checkInputs({ name, inputArtifacts = [] }: ActionDeclaration, isMade: (name: string) => boolean): void {
  const missing = inputArtifacts.find((input) => !isMade(input.name));
  if (missing) {
    throw invalid(
      `Input Artifact Bundle ${missing.name} in action ${name} is not declared as Output Artifact Bundle of an action that is guaranteed to run before it.`,
    );
  }
}

function invalid(message: string): Refusal {
  return new Refusal('InvalidActionDeclarationException', message);
}
