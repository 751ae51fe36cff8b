import { randomUUID } from 'node:crypto';
import type { DatabaseSync } from 'node:sqlite';
import { ServiceError } from '../service.ts';
import { functionNotFound } from './name.ts';

/** A name for a function. There are no versions here: it stands for `$LATEST`. */
export interface Alias {
  readonly name: string;
  readonly description: string;
  readonly revision: string;
}

type Given = Readonly<Record<string, unknown>>;

const NEWEST = '$LATEST';

/** Aliases of functions, over restarts. */
export class Aliases {
  readonly #database: DatabaseSync;

  constructor(database: DatabaseSync) {
    this.#database = database;
    database.exec(
      `CREATE TABLE IF NOT EXISTS aliases (
        function TEXT NOT NULL, name TEXT NOT NULL, description TEXT NOT NULL, revision TEXT NOT NULL,
        PRIMARY KEY (function, name)
      ) STRICT`,
    );
  }

  has(functionName: string, name: string): boolean {
    return this.#find(functionName, name) !== undefined;
  }

  get(functionName: string, name: string): Alias {
    const found = this.#find(functionName, name);
    if (found !== undefined) return found;
    throw new ServiceError('ResourceNotFoundException', `Cannot find alias arn: ${functionName}:${name}`, 404);
  }

  /** All of a function's, by name. */
  list(functionName: string): readonly Alias[] {
    const rows = this.#database.prepare('SELECT * FROM aliases WHERE function = ? ORDER BY name').all(functionName);
    return rows as unknown as readonly Alias[];
  }

  create(functionName: string, given: Given): Alias {
    const { Name: name } = given;
    if (typeof name !== 'string' || !/^(?!\d+$)[\w-]{1,128}$/.test(name)) {
      throw invalid(`Name ${name} must be 1 to 128 letters, digits, dashes or underscores, and not digits alone.`);
    }
    mustBeNewest(functionName, given['FunctionVersion']);
    if (this.has(functionName, name))
      throw new ServiceError('ResourceConflictException', `Alias already exists: ${functionName}:${name}`, 409);
    return this.#save(functionName, name, descriptionIn(given));
  }

  update(functionName: string, name: string, given: Given): Alias {
    const { description } = this.get(functionName, name);
    mustBeNewest(functionName, given['FunctionVersion'] ?? NEWEST);
    return this.#save(functionName, name, given['Description'] === undefined ? description : descriptionIn(given));
  }

  /** An alias that is not there is deleted already. */
  remove(functionName: string, name: string): void {
    this.#database.prepare('DELETE FROM aliases WHERE function = ? AND name = ?').run(functionName, name);
  }

  #find(functionName: string, name: string): Alias | undefined {
    const row = this.#database.prepare('SELECT * FROM aliases WHERE function = ? AND name = ?').get(functionName, name);
    return row as unknown as Alias | undefined;
  }

  #save(functionName: string, name: string, description: string): Alias {
    const revision = randomUUID();
    this.#database
      .prepare('INSERT OR REPLACE INTO aliases (function, name, description, revision) VALUES (?, ?, ?, ?)')
      .run(functionName, name, description, revision);
    return { name, description, revision };
  }
}

/** An alias as the API answers it; `functionArn` is its function's. */
export function describeAlias(functionArn: string, { name, description, revision }: Alias): object {
  return {
    AliasArn: `${functionArn}:${name}`,
    Name: name,
    FunctionVersion: NEWEST,
    Description: description,
    RevisionId: revision,
  };
}

function mustBeNewest(functionName: string, version: unknown): void {
  if (version === NEWEST) return;
  if (typeof version !== 'string') throw invalid('FunctionVersion must not be null.');
  throw functionNotFound(`${functionName}:${version}`);
}

function descriptionIn({ Description = '', RoutingConfig }: Given): string {
  if (RoutingConfig !== undefined) throw invalid('The local stack has no versions, so no RoutingConfig of an alias.');
  return String(Description);
}

function invalid(message: string): ServiceError {
  return new ServiceError('InvalidParameterValueException', message);
}
