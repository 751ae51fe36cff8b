import type { DatabaseSync } from 'node:sqlite';
import type { Project } from './project.ts';

/** The build projects, durable. */
export class Projects {
  readonly #database: DatabaseSync;

  constructor(database: DatabaseSync) {
    this.#database = database;
    database.exec('CREATE TABLE IF NOT EXISTS projects (name TEXT PRIMARY KEY, document TEXT NOT NULL) STRICT;');
  }

  get(name: string): Project | undefined {
    const row = this.#database.prepare('SELECT document FROM projects WHERE name = ?').get(name);
    return row && (JSON.parse(row['document'] as string) as Project);
  }

  put(project: Project): void {
    this.#database
      .prepare('INSERT OR REPLACE INTO projects (name, document) VALUES (?, ?)')
      .run(project.name, JSON.stringify(project));
  }

  delete(name: string): void {
    this.#database.prepare('DELETE FROM projects WHERE name = ?').run(name);
  }

  all(): Project[] {
    const rows = this.#database.prepare('SELECT document FROM projects ORDER BY name').all();
    return rows.map((row) => JSON.parse(row['document'] as string) as Project);
  }
}
