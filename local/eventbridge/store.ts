import type { DatabaseSync } from 'node:sqlite';
import type { RetryPolicy } from '../target.ts';
import type { Envelope } from './envelope.ts';

/** A target of a rule, in AWS's members; those that are not here are refused. */
export interface Target {
  readonly Id: string;
  readonly Arn: string;
  readonly RoleArn?: string;
  readonly Input?: string;
  readonly InputPath?: string;
  readonly InputTransformer?: {
    readonly InputPathsMap?: Readonly<Record<string, string>>;
    readonly InputTemplate: string;
  };
  readonly DeadLetterConfig?: { readonly Arn?: string };
  readonly RetryPolicy?: RetryPolicy;
}

export interface Rule {
  readonly name: string;
  readonly description?: string;
  /** JSON text. */
  readonly eventPattern?: string;
  readonly scheduleExpression?: string;
  readonly state: 'ENABLED' | 'DISABLED';
  readonly roleArn?: string;
  readonly targets: readonly Target[];
  /** When its schedule comes next, in milliseconds; null while it does not. */
  readonly nextAt: number | null;
  /** Whether the template made it: such a rule goes when the template names it no more. */
  readonly fromTemplate: boolean;
}

/** Rules and the events of the last day, in the service's database. */
export interface Store {
  rules(): readonly Rule[];
  rule(name: string): Rule | undefined;
  save(rule: Rule): void;
  remove(name: string): void;
  keep(event: Envelope, at: number): void;
  /** Newest first. */
  recent(limit: number): readonly Envelope[];
  forgetBefore(time: number): void;
}

/** Opens the tables. */
export function openStore(database: DatabaseSync): Store {
  database.exec(`
    CREATE TABLE IF NOT EXISTS rule (name TEXT PRIMARY KEY, body TEXT NOT NULL) STRICT;
    CREATE TABLE IF NOT EXISTS event (sequence INTEGER PRIMARY KEY AUTOINCREMENT, at INTEGER NOT NULL, body TEXT NOT NULL) STRICT;
    CREATE INDEX IF NOT EXISTS event_at ON event (at);`);
  const saveRule = database.prepare('INSERT OR REPLACE INTO rule (name, body) VALUES (?, ?)');
  const removeRule = database.prepare('DELETE FROM rule WHERE name = ?');
  const keepEvent = database.prepare('INSERT INTO event (at, body) VALUES (?, ?)');
  const recentEvents = database.prepare('SELECT body FROM event ORDER BY sequence DESC LIMIT ?');
  const forgetEvents = database.prepare('DELETE FROM event WHERE at < ?');
  const rules = new Map(
    database
      .prepare('SELECT body FROM rule')
      .all()
      .map(({ body }) => parse<Rule>(body))
      .map((rule) => [rule.name, rule]),
  );
  return {
    rules: () => [...rules.values()].sort((a, b) => (a.name < b.name ? -1 : 1)),
    rule: (name) => rules.get(name),
    save: (rule) => {
      saveRule.run(rule.name, JSON.stringify(rule));
      rules.set(rule.name, rule);
    },
    remove: (name) => {
      removeRule.run(name);
      rules.delete(name);
    },
    keep: (event, at) => void keepEvent.run(at, JSON.stringify(event)),
    recent: (limit) => recentEvents.all(limit).map(({ body }) => parse<Envelope>(body)),
    forgetBefore: (time) => void forgetEvents.run(time),
  };
}

function parse<T>(body: unknown): T {
  return JSON.parse(String(body)) as T;
}
