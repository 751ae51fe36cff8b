import type { ActionTypeId, PipelineType } from './declaration.ts';

/** A configuration key of an action type. */
export interface ConfigurationProperty {
  readonly name: string;
  readonly required: boolean;
  /** It must be there when another key of the configuration is as it says. */
  readonly requiredWhen?: Demand;
  readonly secret?: boolean;
  /** Its value narrows what PollForJobs is offered: 50 letters, digits, `_` and `-` at most. */
  readonly queryable?: boolean;
  readonly description: string;
  /** The only values it may have. Not checked where the value holds a variable reference. */
  readonly values?: readonly string[];
  /** What is wrong with a value, as a sentence; undefined when nothing is. Not asked where the value holds a variable reference. */
  readonly fault?: (value: string) => string | undefined;
}

/** A key that has one of some values, is there, or is not. */
export interface Demand {
  readonly key: string;
  readonly is: readonly string[] | 'present' | 'absent';
}

interface Counts {
  readonly minimum: number;
  readonly maximum: number;
}

/**
 * The group of functions that carries an action out: functions are grouped by what they need of permissions, memory and time.
 * The state machine knows functions by these names only; approvals and jobs have one function (decision 0016).
 */
export type ActionClass = 'git' | 's3' | 'build' | 'approval' | 'job' | 'rule';

/** A member of a declaration that few action types take, or `files` of an output artifact. */
export type RareMember = 'commands' | 'outputVariables' | 'environmentVariables' | 'files';

/** What an action type is, or a type of rule, which is carried out as an action: validation, ListActionTypes, ListRuleTypes and the docs come from here. */
export interface ActionType {
  readonly id: ActionTypeId;
  /** Absent: Sluice does not carry it out. A definition may name it; its actions fail when they are run (decision 0021). */
  readonly class?: ActionClass;
  readonly properties: readonly ConfigurationProperty[];
  /** Its vendor alone knows its properties: any key is taken, and its value kept as a secret. */
  readonly isOpaque?: true;
  readonly inputArtifacts: Counts;
  readonly outputArtifacts: Counts;
  /** Time that an action of this type has when nothing else is said, in minutes. */
  readonly timeoutInMinutes: number;
  /** Whether `timeoutInMinutes` may be declared (5 to 86,400): of actions, manual approvals only; of every rule. */
  readonly timeoutDeclarable?: true;
  /** Only pipelines of this type may hold it. */
  readonly pipelineType?: PipelineType;
  readonly takes?: readonly RareMember[];
}

/** One word for an action type id, e.g. `Source/AWS/S3/1`. */
export function typeName(id: ActionTypeId): string {
  return `${id.category}/${id.owner}/${id.provider}/${id.version}`;
}
