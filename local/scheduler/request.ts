import { ServiceError, type StackContext } from '../service.ts';
import type { TargetPorts } from '../target.ts';
import type { Store, StoredSchedule } from './store.ts';
import type { Timetable } from './timetable.ts';

/** What an operation works on. `groups` are those of the template, and `default`. */
export interface Desk {
  readonly context: StackContext;
  readonly store: Store;
  readonly timetable: Timetable;
  readonly ports: TargetPorts;
  readonly groups: Set<string>;
}

/** A request taken apart. `name` is the schedule's of the path, `body` the JSON object. */
export interface Asked {
  readonly name: string;
  readonly query: URLSearchParams;
  readonly body: Readonly<Record<string, unknown>>;
}

/** An operation of the API: answers with the output's members. */
export type Operation = (desk: Desk, asked: Asked) => object;

/** The schedule that a request names. */
export function scheduleNamed({ store }: Desk, group: string, name: string): StoredSchedule {
  const schedule = store.get(group, name);
  if (schedule !== undefined) return schedule;
  throw new ServiceError('ResourceNotFoundException', `Schedule ${name} does not exist.`, 404);
}

/** Refuses a group that is not there. */
export function checkGroup({ groups }: Desk, group: string): void {
  if (groups.has(group)) return;
  throw new ServiceError('ResourceNotFoundException', `Schedule group ${group} does not exist.`, 404);
}
