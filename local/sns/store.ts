import type { DatabaseSync } from 'node:sqlite';

export interface Topic {
  readonly arn: string;
  /** DisplayName, Policy and what else was set, in AWS's names. */
  readonly attributes: Readonly<Record<string, string>>;
  readonly tags: Readonly<Record<string, string>>;
  /** Whether the template made it: such a thing goes when the template names it no more. */
  readonly fromTemplate: boolean;
}

export type Protocol = 'email' | 'email-json' | 'lambda' | 'sqs';

export interface Subscription {
  readonly arn: string;
  readonly topicArn: string;
  readonly protocol: Protocol;
  readonly endpoint: string;
  /** RawMessageDelivery and RedrivePolicy. */
  readonly attributes: Readonly<Record<string, string>>;
  readonly fromTemplate: boolean;
}

/** A message as a reader of e-mail would have got it. `time` in milliseconds. */
export interface Mail {
  readonly id: string;
  readonly from: string;
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  readonly time: number;
  readonly topic: string;
}

/** Things of one kind by their ARN, kept in one table. */
export interface Shelf<T> {
  /** By ARN. */
  all(): readonly T[];
  get(arn: string): T | undefined;
  save(item: T): void;
  remove(arn: string): void;
}

export interface Mails {
  add(mail: Mail): void;
  get(id: string): Mail | undefined;
  /** Newest first; the page after the mail `before`, when that is given. */
  newest(limit: number, before?: string): readonly Mail[];
}

export interface Store {
  readonly topics: Shelf<Topic>;
  readonly subscriptions: Shelf<Subscription>;
  readonly mails: Mails;
}

/** How many mails the mailbox keeps: the newest. */
const MOST_MAILS = 10_000;

/** Opens the tables. */
export function openStore(database: DatabaseSync): Store {
  database.exec(
    'CREATE TABLE IF NOT EXISTS mail (sequence INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, body TEXT NOT NULL) STRICT;',
  );
  return { topics: shelf(database, 'topic'), subscriptions: shelf(database, 'subscription'), mails: mails(database) };
}

function shelf<T extends { readonly arn: string }>(database: DatabaseSync, table: 'topic' | 'subscription'): Shelf<T> {
  database.exec(`CREATE TABLE IF NOT EXISTS ${table} (arn TEXT PRIMARY KEY, body TEXT NOT NULL) STRICT;`);
  const put = database.prepare(`INSERT OR REPLACE INTO ${table} (arn, body) VALUES (?, ?)`);
  const remove = database.prepare(`DELETE FROM ${table} WHERE arn = ?`);
  const rows = database.prepare(`SELECT arn, body FROM ${table}`).all();
  const items = new Map(rows.map(({ arn, body }) => [String(arn), JSON.parse(String(body)) as T]));
  return {
    all: () => [...items.values()].sort((a, b) => (a.arn < b.arn ? -1 : 1)),
    get: (arn) => items.get(arn),
    save: (item) => {
      put.run(item.arn, JSON.stringify(item));
      items.set(item.arn, item);
    },
    remove: (arn) => {
      remove.run(arn);
      items.delete(arn);
    },
  };
}

function mails(database: DatabaseSync): Mails {
  const add = database.prepare('INSERT INTO mail (id, body) VALUES (?, ?)');
  const drop = database.prepare('DELETE FROM mail WHERE sequence <= (SELECT max(sequence) FROM mail) - ?');
  const get = database.prepare('SELECT body FROM mail WHERE id = ?');
  const newest = database.prepare('SELECT body FROM mail ORDER BY sequence DESC LIMIT ?');
  const older = database.prepare(
    'SELECT body FROM mail WHERE sequence < (SELECT sequence FROM mail WHERE id = ?) ORDER BY sequence DESC LIMIT ?',
  );
  const toMail = ({ body }: Record<string, unknown>) => JSON.parse(String(body)) as Mail;
  return {
    add: (mail) => {
      add.run(mail.id, JSON.stringify(mail));
      drop.run(MOST_MAILS);
    },
    get: (id) => [get.get(id)].flatMap((row) => (row === undefined ? [] : [toMail(row)]))[0],
    newest: (limit, before) => (before === undefined ? newest.all(limit) : older.all(before, limit)).map(toMail),
  };
}
