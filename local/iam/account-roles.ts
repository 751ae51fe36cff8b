import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { openDatabase } from '../database.ts';
import type { StackContext } from '../service.ts';
import { uniqueId } from '../unique-id.ts';
import { policyDocument } from './policy-document.ts';
import type { DeclaredRole } from './roles.ts';

/** A role that is not of the template: what a person would make in the account. Documents are JSON texts. */
export interface AccountRole {
  readonly name: string;
  /** Begins and ends with a slash. */
  readonly path: string;
  readonly trust: string;
  /** Inline policies by name. */
  readonly policies: Readonly<Record<string, string>>;
  /** ARNs of managed policies. */
  readonly managed: readonly string[];
  readonly boundary?: string;
  readonly description?: string;
  readonly maxSessionSeconds: number;
  /** Milliseconds. */
  readonly created: number;
}

/** The roles of the account that the template does not have, over `<dir>/iam/iam.sqlite`. */
export class AccountRoles {
  readonly #database: DatabaseSync;
  readonly #context: StackContext;
  readonly #declared = new Map<string, DeclaredRole>();

  constructor(context: StackContext) {
    this.#context = context;
    this.#database = openDatabase(join(context.dir, 'iam', 'iam.sqlite'));
    this.#database.exec('CREATE TABLE IF NOT EXISTS roles (name TEXT PRIMARY KEY, document TEXT NOT NULL) STRICT');
    for (const role of this.all()) this.#declared.set(this.arn(role), this.#declare(role));
  }

  get(name: string): AccountRole | undefined {
    const row = this.#database.prepare('SELECT document FROM roles WHERE name = ?').get(name);
    return row && JSON.parse(String(row['document']));
  }

  /** By name. */
  all(): readonly AccountRole[] {
    const rows = this.#database.prepare('SELECT document FROM roles ORDER BY name').all();
    return rows.map((row) => JSON.parse(String(row['document'])));
  }

  /** Makes a role or replaces it; refuses policies that cannot be evaluated. */
  put(role: AccountRole): void {
    const declared = this.#declare(role);
    this.#database.prepare('INSERT OR REPLACE INTO roles VALUES (?, ?)').run(role.name, JSON.stringify(role));
    this.#declared.set(declared.arn, declared);
  }

  remove(name: string): void {
    const role = this.get(name);
    this.#database.prepare('DELETE FROM roles WHERE name = ?').run(name);
    if (role !== undefined) this.#declared.delete(this.arn(role));
  }

  /** As the template's roles are known. */
  declared(arn: string): DeclaredRole | undefined {
    return this.#declared.get(arn);
  }

  arn({ path, name }: Pick<AccountRole, 'path' | 'name'>): string {
    return `arn:${this.#context.partition}:iam::${this.#context.account}:role${path}${name}`;
  }

  close(): void {
    this.#database.close();
  }

  #declare(role: AccountRole): DeclaredRole {
    const { name, path, policies, managed, boundary, maxSessionSeconds } = role;
    const arn = this.arn(role);
    return {
      arn,
      id: uniqueId('AROA', arn),
      name,
      path,
      trust: policyDocument(`the trust policy of ${name}`, JSON.parse(role.trust), 'trust'),
      inline: Object.entries(policies).map(([policy, document]) => ({
        name: policy,
        document: policyDocument(`${policy} of ${name}`, JSON.parse(document), 'identity'),
      })),
      managed,
      boundary,
      maxSessionSeconds,
    };
  }
}
