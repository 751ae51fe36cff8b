import { findShapeBreaches, type ShapeBreach } from '../../functions/api/validate.ts';
import { findActionType } from '../../functions/domain/action-types.ts';
import type { PipelineDeclaration, Tag } from '../../functions/domain/declaration.ts';
import type { At, Breach } from '../../functions/domain/definition/breach.ts';
import { checkBuilt } from '../../functions/domain/definition/not-built-yet.ts';
import { breachesOf, type DefinitionHome } from '../../functions/domain/definition.ts';
import { Refusal } from '../../functions/domain/refusal.ts';
import { acceptTags } from '../../functions/domain/tags.ts';
import { differences } from './differences.ts';
import type { Finding } from './finding.ts';
import { instead } from './known-types.ts';
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
    ...[...checkBuilt(pipeline)].map(({ refusal, at }) => ({
      kind: 'not built' as const,
      at,
      message: [refusal.message, ...advice(at)].join(' '),
    })),
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

/** That an action type is not there is CodePipeline's error only where CodePipeline has none; custom ones are not in a file. */
function ofRule({ refusal, at }: Breach, { stages }: PipelineDeclaration): Finding {
  const message = `${refusal.code}: ${refusal.message}`;
  const [, stage = 0, , index = 0] = at;
  const id = at.at(-1) === 'actionTypeId' ? stages[Number(stage)]?.actions[Number(index)]?.actionTypeId : undefined;
  if (id?.owner === 'Custom' && !findActionType(id)) return { kind: 'differs', at, message: ownType };
  const way = id && !findActionType(id) ? instead(id) : undefined;
  if (!id || way === undefined) return { kind: 'error', at, message };
  const { category, owner, provider } = id;
  return {
    kind: 'not built',
    at,
    message: `The action type ${category} ${owner} ${provider} is not built yet in Sluice. ${way}`.trim(),
  };
}

const ways: Readonly<Record<string, string>> = {
  executionMode: 'Leave it out: a newer run then replaces an older one that waits (SUPERSEDED).',
  triggers:
    'Leave it out: each push to BranchName of the source action starts the pipeline. A webhook (PutWebhook) starts it by filters.',
  beforeEntry: 'Leave it out, or ask by a manual approval.',
  onSuccess: 'Leave it out, or ask by a manual approval.',
  onFailure: 'Leave its conditions out: the stage then ends as failed, or has a result of RETRY or ROLLBACK.',
  region: "Put the action into the pipeline's Region, or into a pipeline of its own in that Region.",
  OutputArtifactFormat: 'Use CODE_ZIP: the files of the commit, without its history.',
  BatchEnabled: 'Use several CodeBuild actions of the same run order.',
};

function advice(at: At): readonly string[] {
  return at.flatMap((step) => (typeof step === 'string' && Object.hasOwn(ways, step) ? [ways[step] ?? ''] : []));
}
