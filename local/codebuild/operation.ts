import type { Caller, StackContext } from '../service.ts';
import type { Projects } from './projects.ts';
import type { Queue } from './queue.ts';
import type { Records } from './records.ts';

/** What the operations work on. */
export interface Codebuild {
  readonly context: StackContext;
  readonly projects: Projects;
  readonly records: Records;
  readonly queue: Queue;
}

// biome-ignore lint/suspicious/noExplicitAny: an operation's input is checked by the operation that reads it.
export type Input = any;

/** One operation of CodeBuild's API: takes and gives the members that the API documents. */
export type Operation = (codebuild: Codebuild, input: Input, caller: Caller) => object;
