import type { DatabaseSync } from 'node:sqlite';
import { ServiceError } from '../service.ts';
import type { Permission } from './permission.ts';

type Given = Readonly<Record<string, unknown>>;

const KNOWN = ['StatementId', 'Action', 'Principal', 'SourceArn', 'SourceAccount'];

/** Statements that AddPermission has put into the policies of functions and aliases, over restarts. */
export class Granted {
  readonly #database: DatabaseSync;
  #all: readonly Permission[] | undefined;

  constructor(database: DatabaseSync) {
    this.#database = database;
    database.exec(
      `CREATE TABLE IF NOT EXISTS permissions (
        called TEXT NOT NULL, id TEXT NOT NULL, permission TEXT NOT NULL, PRIMARY KEY (called, id)
      ) STRICT`,
    );
  }

  list(): readonly Permission[] {
    this.#all ??= this.#database
      .prepare('SELECT permission FROM permissions ORDER BY rowid')
      .all()
      .map(({ permission }) => JSON.parse(String(permission)) as Permission);
    return this.#all;
  }

  /** Adds a statement to the policy of what is called so: a function's name, or with an alias. */
  add(called: string, given: Given): Permission {
    const unknown = Object.keys(given).find((name) => !KNOWN.includes(name));
    if (unknown !== undefined) throw invalid(`The local stack has no ${unknown} of a permission.`);
    const { StatementId: id, Action: action, Principal: principal, SourceArn, SourceAccount } = given;
    if (typeof id !== 'string' || !/^[\w-]{1,100}$/.test(id)) throw invalid(`StatementId ${id} is not valid.`);
    if (typeof action !== 'string' || !/^(lambda:)?([*]|[A-Za-z]+)$/.test(action))
      throw invalid(`Action ${action} is not valid.`);
    if (typeof principal !== 'string' || principal === '') throw invalid('Principal must not be null.');
    const permission: Permission = {
      id,
      functionName: called,
      principal,
      action,
      ...(SourceArn === undefined ? {} : { sourceArn: String(SourceArn) }),
      ...(SourceAccount === undefined ? {} : { sourceAccount: String(SourceAccount) }),
    };
    this.#all = undefined;
    const { changes } = this.#database
      .prepare('INSERT OR IGNORE INTO permissions (called, id, permission) VALUES (?, ?, ?)')
      .run(called, id, JSON.stringify(permission));
    if (changes === 1) return permission;
    throw new ServiceError(
      'ResourceConflictException',
      `The statement id (${id}) provided already exists. Please provide a new statement id, or remove the existing statement.`,
      409,
    );
  }

  /** The whole policy of what is called so goes with it. */
  forget(called: string): void {
    this.#all = undefined;
    this.#database.prepare('DELETE FROM permissions WHERE called = ?').run(called);
  }

  remove(called: string, id: string): void {
    this.#all = undefined;
    const { changes } = this.#database.prepare('DELETE FROM permissions WHERE called = ? AND id = ?').run(called, id);
    if (changes === 0)
      throw new ServiceError('ResourceNotFoundException', `Statement ${id} is not found in resource policy.`, 404);
  }
}

function invalid(message: string): ServiceError {
  return new ServiceError('InvalidParameterValueException', message);
}
