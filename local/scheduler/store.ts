import type { DatabaseSync } from 'node:sqlite';
import type { RetryPolicy } from '../target.ts';

export interface Target {
  readonly Arn: string;
  readonly RoleArn: string;
  readonly Input?: string;
  readonly RetryPolicy?: RetryPolicy;
  readonly DeadLetterConfig?: { readonly Arn?: string };
}

/** What a schedule is to do, in AWS's members; times are milliseconds. */
export interface Definition {
  readonly Name: string;
  readonly GroupName: string;
  readonly ScheduleExpression: string;
  readonly ScheduleExpressionTimezone: string;
  readonly State: 'ENABLED' | 'DISABLED';
  readonly Target: Target;
  readonly Description?: string;
  readonly StartDate?: number;
  readonly EndDate?: number;
  readonly KmsKeyArn?: string;
  readonly ActionAfterCompletion: 'NONE' | 'DELETE';
}

export interface StoredSchedule {
  readonly definition: Definition;
  readonly createdAt: number;
  readonly modifiedAt: number;
  /** When it comes next; null when it does not any more. */
  readonly nextAt: number | null;
  /** Whether the template made it: such a schedule goes when the template names it no more. */
  readonly fromTemplate: boolean;
}

/** Schedules by `group/name`, in the service's database. */
export interface Store {
  /** By group and name. */
  all(): readonly StoredSchedule[];
  get(group: string, name: string): StoredSchedule | undefined;
  save(schedule: StoredSchedule): void;
  remove(definition: Definition): void;
}

/** Opens the table. */
export function openStore(database: DatabaseSync): Store {
  database.exec('CREATE TABLE IF NOT EXISTS schedule (id TEXT PRIMARY KEY, body TEXT NOT NULL) STRICT;');
  const put = database.prepare('INSERT OR REPLACE INTO schedule (id, body) VALUES (?, ?)');
  const remove = database.prepare('DELETE FROM schedule WHERE id = ?');
  const rows = database.prepare('SELECT id, body FROM schedule').all();
  const schedules = new Map(rows.map(({ id, body }) => [String(id), JSON.parse(String(body)) as StoredSchedule]));
  return {
    all: () => [...schedules].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, schedule]) => schedule),
    get: (group, name) => schedules.get(`${group}/${name}`),
    save: (schedule) => {
      const id = idOf(schedule.definition);
      put.run(id, JSON.stringify(schedule));
      schedules.set(id, schedule);
    },
    remove: (definition) => {
      remove.run(idOf(definition));
      schedules.delete(idOf(definition));
    },
  };
}

function idOf({ GroupName, Name }: Definition): string {
  return `${GroupName}/${Name}`;
}
