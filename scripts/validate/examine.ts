import { findShapeBreaches, type ShapeBreach } from '../../functions/api/validate.ts';
import { findActionType } from '../../functions/domain/action-types.ts';
import { type ActionTypeId, asAction, type PipelineDeclaration, type Tag } from '../../functions/domain/declaration.ts';
import type { At, Breach } from '../../functions/domain/definition/breach.ts';
import { placedActions, placedRules } from '../../functions/domain/definition/place.ts';
import { breachesOf, type DefinitionHome } from '../../functions/domain/definition.ts';
import { obstacles } from '../../functions/domain/not-carried-out.ts';
import { Refusal } from '../../functions/domain/refusal.ts';
import { acceptTags } from '../../functions/domain/tags.ts';
import { differences } from './differences.ts';
import type { Finding } from './finding.ts';
import { meanwhile } from './meanwhile.ts';
import { unknownMembers } from './members.ts';
import { isRecord, stepsOf } from './path.ts';

interface Created {
  readonly pipeline: PipelineDeclaration;
  readonly tags?: readonly Tag[];
}

/** What is found of a definition. */
export interface Examined {
  readonly findings: readonly Finding[];
  /** Whether the rules of structure were held against it: they need every member that they read. */
  readonly isWhole: boolean;
}

/** Holds a definition against the model, the rules and what is built: `{pipeline, tags}` as CreatePipeline takes it, that with `metadata` as GetPipeline gives it, or the pipeline alone. */
export function examine(given: unknown, home: DefinitionHome): Examined {
  const isWrapped = isRecord(given) && Object.hasOwn(given, 'pipeline');
  const { metadata: _, ...input } = (isWrapped ? given : { pipeline: given }) as Readonly<Record<string, unknown>>;
  const inFile = (at: At): At => (isWrapped || at[0] !== 'pipeline' ? at : at.slice(1));
  const { breaches, valid } = findShapeBreaches('CreatePipeline', input);
  const isWhole = !breaches.some(({ isFatal }) => isFatal);
  const found = [
    ...breaches.map((breach) => ofShape(breach, input)),
    ...unknownMembers('CreatePipeline', input),
    ...(isWhole ? [...ofRules((valid as Created).pipeline, home), ...ofTags((valid as Created).tags)] : []),
  ];
  return { findings: found.map((finding) => ({ ...finding, at: inFile(finding.at) })), isWhole };
}

function ofShape({ path, message }: ShapeBreach, input: unknown): Finding {
  const isPlain = /must be a string, not a (?:number|boolean)\.$/.test(message);
  return {
    kind: 'error',
    at: stepsOf(path, input),
    message: isPlain ? `${message} Put it in quotes.` : message,
  };
}

function ofRules(pipeline: PipelineDeclaration, home: DefinitionHome): readonly Finding[] {
  const found = [
    ...[...breachesOf(pipeline, home)].map((breach) => ofRule(breach, pipeline)),
    ...ofRuns(pipeline),
    ...differences(pipeline),
  ];
  return found.map((finding) => ({ ...finding, at: ['pipeline', ...finding.at] }));
}

function ofTags(tags: readonly Tag[] = []): readonly Finding[] {
  try {
    acceptTags(tags);
    return [];
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return [{ kind: 'error', at: ['tags'], message: `${error.code}: ${error.message}` }];
  }
}

const ownType =
  "A custom action type is the account's own: make it in Sluice too (CreateCustomActionType), before the pipeline, and have its workers poll Sluice's API. What the type demands of this action is looked at when the pipeline is made.";

/** That a custom action type is not there is no error: such types are not in a file. */
function ofRule({ refusal, at }: Breach, { stages }: PipelineDeclaration): Finding {
  const [, stage = 0, , index = 0] = at;
  const id = at.at(-1) === 'actionTypeId' ? stages[Number(stage)]?.actions[Number(index)]?.actionTypeId : undefined;
  if (id?.owner === 'Custom' && !findActionType(id)) return { kind: 'differs', at, message: ownType };
  return { kind: 'error', at, message: `${refusal.code}: ${refusal.message}` };
}

/** What fails when it is run, and what may, for only the run knows a value. */
function ofRuns(pipeline: PipelineDeclaration): readonly Finding[] {
  const rules = placedRules(pipeline).map(({ rule, at }) => ({ action: asAction(rule), at }));
  return [...placedActions(pipeline), ...rules].flatMap(({ action, at: place }) =>
    obstacles(action).map(({ at, why, isSure }) => {
      const sentence = `${why.charAt(0).toUpperCase()}${why.slice(1)}`;
      return {
        kind: isSure ? ('fails' as const) : ('warning' as const),
        at: [...place, ...at],
        message: advised(isSure ? `${sentence}.` : `${sentence}: the action may fail.`, at, action.actionTypeId),
      };
    }),
  );
}

function advised(message: string, at: At, id?: ActionTypeId): string {
  const way = meanwhile(at, id);
  return way === undefined ? message : `${message} ${way}`;
}
