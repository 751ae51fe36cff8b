import { join } from 'node:path';
import type { Ports } from '../ports.ts';
import type { StackContext } from '../service.ts';
import type { Build } from './build.ts';
import type { BuildLog } from './build-log.ts';
import type { Progress } from './progress.ts';
import type { Records } from './records.ts';
import type { Shells } from './shells.ts';

/** What builds run on. */
export interface Host {
  readonly context: StackContext;
  readonly ports: Pick<Ports, 'log' | 'assumeRole'>;
  readonly records: Records;
}

/** A build under way. */
export interface Run extends Host {
  readonly build: Build;
  readonly log: BuildLog;
  readonly progress: Progress;
  readonly shells: Shells;
  /** Of this build alone; removed at its end. */
  readonly folder: string;
  readonly signal: AbortSignal;
}

/** The folder of a build's work, below that of the service. */
export function buildsFolder({ dir }: StackContext): string {
  return join(dir, 'codebuild', 'builds');
}
