import { Refusal } from './refusal.ts';
import type { SourceRevisionOverride } from './run.ts';
import { readSourceEvent, type SourceEvent, text } from './source-event.ts';

/** What a rule or a schedule has the Start function know. */
export interface StartInput {
  /** The pipeline that it names, where the function was not called by a pipeline's alias. */
  readonly pipeline?: string;
  /** ARN of the rule or schedule, where the input tells. */
  readonly rule?: string;
  /** The same for the same event, however often it is delivered. */
  readonly eventId?: string;
  /** What happened, in a few words. */
  readonly event: string;
  readonly change?: SourceEvent;
  readonly sourceRevisions: readonly SourceRevisionOverride[];
  readonly variables: readonly { readonly name: string; readonly value: string }[];
}

const revisionTypes: readonly string[] = ['COMMIT_ID', 'IMAGE_DIGEST', 'S3_OBJECT_VERSION_ID', 'S3_OBJECT_KEY'];
/** Of StartPipelineExecution (CodePipeline API reference). */
const limits = { sourceRevisions: 50, variables: 50, actionName: 100, revisionValue: 1500, name: 128, value: 1000 };

/**
 * Reads what a target of EventBridge is given: an event as it is, or what an input transformer has made of one, in CodePipeline's shape
 * (`sourceRevisions`, `variables`) with `pipeline`, `rule` and `id` besides. What is neither starts the pipeline all the same, as in
 * CodePipeline; but what has the shape and breaks it is refused.
 */
export function readStartInput(input: unknown): StartInput {
  const id = text(input, 'id');
  const change = readSourceEvent(input);
  const detailType = text(input, 'detail-type');
  const rule = text(input, 'rule') || scheduledBy(input, detailType);
  const pipeline = text(input, 'pipeline');
  return {
    ...(detailType === '' && pipeline !== '' ? { pipeline } : {}),
    ...(rule === '' ? {} : { rule }),
    ...(id === '' ? {} : { eventId: id }),
    ...(change ? { change } : {}),
    event: detailType === '' ? 'a start' : `the event '${detailType}'`,
    sourceRevisions: detailType === '' ? list(input, 'sourceRevisions').map(readRevision) : [],
    variables: detailType === '' ? list(input, 'variables').map(readVariable) : [],
  };
}

/** An event of a schedule names whose it is. */
function scheduledBy(input: unknown, detailType: string): string {
  if (detailType !== 'Scheduled Event') return '';
  const { resources } = input as { readonly resources?: unknown };
  return Array.isArray(resources) ? String(resources[0] ?? '') : '';
}

type Listed = 'sourceRevisions' | 'variables';

function list(input: unknown, member: Listed): readonly unknown[] {
  const value = typeof input === 'object' && input !== null ? (input as Record<string, unknown>)[member] : undefined;
  if (value === undefined || value === null) return [];
  if (Array.isArray(value) && value.length <= limits[member]) return value;
  throw invalid(`'${member}' of the target's input must be a list of at most ${limits[member]}.`);
}

function readRevision(value: unknown, index: number): SourceRevisionOverride {
  const revisionType = text(value, 'revisionType');
  if (!revisionTypes.includes(revisionType))
    throw invalid(`sourceRevisions[${index}].revisionType must be ${revisionTypes.join(', ')}, not '${revisionType}'.`);
  return {
    actionName: bounded(value, 'actionName', `sourceRevisions[${index}]`),
    revisionType: revisionType as SourceRevisionOverride['revisionType'],
    revisionValue: bounded(value, 'revisionValue', `sourceRevisions[${index}]`),
  };
}

function readVariable(value: unknown, index: number): { name: string; value: string } {
  return {
    name: bounded(value, 'name', `variables[${index}]`),
    value: bounded(value, 'value', `variables[${index}]`),
  };
}

function bounded(value: unknown, member: 'actionName' | 'revisionValue' | 'name' | 'value', where: string): string {
  const found = text(value, member);
  if (found !== '' && found.length <= limits[member]) return found;
  throw invalid(`${where}.${member} of the target's input must be a text of 1 to ${limits[member]} characters.`);
}

function invalid(message: string): Refusal {
  return new Refusal('ValidationException', message);
}
