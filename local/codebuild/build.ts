import type { Definition } from './project.ts';

export type BuildStatus = 'IN_PROGRESS' | 'SUCCEEDED' | 'FAILED' | 'FAULT' | 'TIMED_OUT' | 'STOPPED';

export type PhaseType =
  | 'SUBMITTED'
  | 'QUEUED'
  | 'PROVISIONING'
  | 'DOWNLOAD_SOURCE'
  | 'INSTALL'
  | 'PRE_BUILD'
  | 'BUILD'
  | 'POST_BUILD'
  | 'UPLOAD_ARTIFACTS'
  | 'FINALIZING'
  | 'COMPLETED';

/** Why a phase ended as it did: `COMMAND_EXECUTION_ERROR`, `YAML_FILE_ERROR`, `CLIENT_ERROR` … */
export interface PhaseContext {
  readonly statusCode: string;
  readonly message: string;
}

export interface Phase {
  readonly type: PhaseType;
  /** Milliseconds since the epoch. */
  readonly startTime: number;
  readonly endTime?: number;
  readonly status?: Exclude<BuildStatus, 'IN_PROGRESS'>;
  readonly contexts: readonly PhaseContext[];
}

export interface UploadedArtifact {
  readonly artifactIdentifier?: string;
  /** `arn:aws:s3:::bucket/key`. */
  readonly location: string;
  /** Hexadecimal; of a ZIP only. */
  readonly md5sum?: string;
  readonly sha256sum?: string;
}

/** One build, from the moment that StartBuild answered. Times in milliseconds. */
export interface Build {
  /** `<project>:<uuid>`. */
  readonly id: string;
  readonly arn: string;
  readonly projectName: string;
  readonly number: number;
  readonly initiator: string;
  readonly definition: Definition;
  readonly status: BuildStatus;
  readonly phases: readonly Phase[];
  readonly startTime: number;
  readonly endTime?: number;
  /** Kept before StopBuild answers, so that a crash does not forget it. */
  readonly stopRequested?: boolean;
  readonly artifact?: UploadedArtifact;
  readonly secondaryArtifacts?: readonly UploadedArtifact[];
  readonly exportedVariables?: readonly { readonly name: string; readonly value: string }[];
}

export type NewBuild = Pick<Build, 'id' | 'arn' | 'projectName' | 'number' | 'initiator' | 'definition'>;

/** A build that was accepted and waits in the queue. */
export function submit(build: NewBuild, now: number): Build {
  const submitted: Phase = { type: 'SUBMITTED', startTime: now, endTime: now, status: 'SUCCEEDED', contexts: [] };
  return {
    ...build,
    status: 'IN_PROGRESS',
    startTime: now,
    phases: [submitted, { type: 'QUEUED', startTime: now, contexts: [] }],
  };
}

/** The phase that the build is in: the last one begun. */
export function currentPhase(build: Build): Phase {
  const last = build.phases.at(-1);
  if (!last) throw new Error(`The build ${build.id} has no phase.`);
  return last;
}

export function isOver(build: Build): boolean {
  return build.status !== 'IN_PROGRESS';
}

/** Goes on to a phase; the one before must have ended. */
export function begin(build: Build, type: PhaseType, now: number): Build {
  if (isOver(build)) return build;
  return { ...build, phases: [...build.phases, { type, startTime: now, contexts: [] }] };
}

/** Ends the current phase. */
export function end(
  build: Build,
  status: NonNullable<Phase['status']>,
  contexts: readonly PhaseContext[],
  now: number,
): Build {
  if (isOver(build)) return build;
  const ended: Phase = { ...currentPhase(build), status, contexts, endTime: now };
  return { ...build, phases: [...build.phases.slice(0, -1), ended] };
}

/** Closes the build, with its current phase if that still runs. What is over stays as it is. */
export function complete(
  build: Build,
  status: Exclude<BuildStatus, 'IN_PROGRESS'>,
  contexts: readonly PhaseContext[],
  now: number,
): Build {
  if (isOver(build)) return build;
  const ended = currentPhase(build).status ? build : end(build, status, contexts, now);
  const completed: Phase = { type: 'COMPLETED', startTime: now, contexts: [] };
  return { ...ended, status, endTime: now, phases: [...ended.phases, completed] };
}

/** Takes the build back to before DOWNLOAD_SOURCE, for another attempt under `on-failure: RETRY`. */
export function restart(build: Build): Build {
  const first = build.phases.findIndex(({ type }) => type === 'DOWNLOAD_SOURCE');
  return first < 0 ? build : { ...build, phases: build.phases.slice(0, first) };
}

/** The build's part of its id, which names its folder and its log stream. */
export function uuidOf(id: string): string {
  return id.slice(id.indexOf(':') + 1);
}

/** A build's id, given that or its ARN. */
export function buildId(idOrArn: string): string {
  return idOrArn.replace(/^arn:[^/]*:build\//, '');
}
