import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openDatabase } from '../../../local/database.ts';
import { GroupCommit } from '../../../local/dynamodb/group-commit.ts';

let database: DatabaseSync;
let commits: number;
let group: GroupCommit;

beforeEach(() => {
  database = openDatabase(join(mkdtempSync(join(tmpdir(), 'group-')), 'test.sqlite'));
  database.exec('CREATE TABLE written (value INTEGER UNIQUE)');
  commits = 0;
  group = new GroupCommit(database, () => {
    commits++;
  });
});
afterEach(() => database.close());

const insert = (value: number) => database.prepare('INSERT INTO written VALUES (?)').run(value);
const written = () =>
  database
    .prepare('SELECT value FROM written ORDER BY value')
    .all()
    .map((row) => row['value']);

describe('a group of writes', () => {
  test('is committed together', async () => {
    const results = await Promise.all([1, 2, 3].map((value) => group.write(() => insert(value).changes)));

    expect(results).toEqual([1, 1, 1]);
    expect(commits).toBe(1);
    expect(written()).toEqual([1, 2, 3]);
  });

  test('loses only the write that fails, whole', async () => {
    const [first, second, third] = await Promise.allSettled([
      group.write(() => insert(1)),
      group.write(() => {
        insert(2);
        throw new Error('after all');
      }),
      group.write(() => insert(3)),
    ]);

    expect([first?.status, second?.status, third?.status]).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(written()).toEqual([1, 3]);
  });

  test('fails together when it cannot be committed', async () => {
    database.exec('PRAGMA foreign_keys = ON');
    database.exec('CREATE TABLE child (parent REFERENCES written (value) DEFERRABLE INITIALLY DEFERRED)');

    const results = await Promise.allSettled([
      group.write(() => insert(1)),
      group.write(() => database.exec('INSERT INTO child VALUES (9)')),
    ]);
    await group.write(() => insert(2));

    expect(results.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect(written()).toEqual([2]);
  });

  test('can be committed at once', () => {
    void group.write(() => insert(1));

    group.flush();

    expect(written()).toEqual([1]);
  });
});
