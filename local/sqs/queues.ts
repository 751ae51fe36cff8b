import type { DatabaseSync } from 'node:sqlite';
import { ServiceError, type StackContext } from '../service.ts';
import type { Settings } from './settings.ts';

export interface Queue {
  readonly name: string;
  readonly settings: Settings;
  readonly tags: Readonly<Record<string, string>>;
  /** Milliseconds since the epoch. */
  readonly created: number;
  readonly modified: number;
}

/** The queues of the account, without their messages. */
export class Queues {
  readonly #database: DatabaseSync;
  readonly #context: StackContext;

  constructor(database: DatabaseSync, context: StackContext) {
    this.#database = database;
    this.#context = context;
    database.exec(
      `CREATE TABLE IF NOT EXISTS queues (
        name TEXT PRIMARY KEY, settings TEXT NOT NULL, tags TEXT NOT NULL, created REAL NOT NULL, modified REAL NOT NULL
      ) STRICT`,
    );
  }

  /** Makes a queue or brings it to its settings. */
  put(name: string, settings: Settings, tags: Readonly<Record<string, string>>): void {
    const now = this.#context.clock.now();
    this.#database
      .prepare(
        `INSERT INTO queues (name, settings, tags, created, modified) VALUES (?, ?, ?, ?, ?)
         ON CONFLICT (name) DO UPDATE SET settings = excluded.settings, tags = excluded.tags, modified = excluded.modified
         WHERE settings <> excluded.settings OR tags <> excluded.tags`,
      )
      .run(name, JSON.stringify(settings), JSON.stringify(tags), now, now);
  }

  find(name: string): Queue | undefined {
    const row = this.#database.prepare('SELECT * FROM queues WHERE name = ?').get(name);
    if (row === undefined) return undefined;
    return {
      name,
      settings: JSON.parse(String(row['settings'])),
      tags: JSON.parse(String(row['tags'])),
      created: Number(row['created']),
      modified: Number(row['modified']),
    };
  }

  /** The queue that a URL names by its last part, or refuses. The rest may be of an earlier start, on another port. */
  byUrl(url: unknown): Queue {
    if (typeof url !== 'string')
      throw new ServiceError('MissingParameter', 'The request must contain the parameter QueueUrl.');
    return this.require(url.split('/').at(-1) ?? '');
  }

  byArn(arn: string): Queue {
    return this.require(arn.split(':')[5] ?? '');
  }

  require(name: string): Queue {
    const queue = this.find(name);
    if (queue === undefined) throw new ServiceError('QueueDoesNotExist', 'The specified queue does not exist.');
    return queue;
  }

  /** Names that begin with `prefix`, in order. */
  list(prefix: string): string[] {
    const rows = this.#database.prepare('SELECT name FROM queues ORDER BY name').all();
    return rows.map((row) => String(row['name'])).filter((name) => name.startsWith(prefix));
  }

  delete(name: string): void {
    this.#database.prepare('DELETE FROM queues WHERE name = ?').run(name);
  }

  url(name: string): string {
    return `${this.#context.endpoint}/${this.#context.account}/${name}`;
  }

  arn(name: string): string {
    const { partition, region, account } = this.#context;
    return `arn:${partition}:sqs:${region}:${account}:${name}`;
  }
}
