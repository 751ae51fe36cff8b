import { randomBytes } from 'node:crypto';
import { chmodSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { openDatabase } from '../database.ts';
import type { Credentials } from '../ports.ts';
import type { StackContext } from '../service.ts';

/** What temporary credentials stand for. */
export interface Session {
  /** `arn:PARTITION:sts::ACCOUNT:assumed-role/ROLE/SESSION`, or the ARN of who asked for a session token. */
  readonly arn: string;
  readonly userId: string;
  readonly roleArn?: string;
  /** ARN of who asked. */
  readonly by?: string;
  readonly externalId?: string;
  /** Session policy, JSON: what the session may do is what this and the role's policies both allow. */
  readonly policy?: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly transitiveTagKeys: readonly string[];
  readonly sourceIdentity?: string;
}

/** Temporary credentials, kept over restarts, so that work which goes on after one keeps its credentials. */
export interface Sessions {
  /** `seconds`: how long the credentials are valid, by the stack's clock. */
  add(session: Session, seconds: number): Credentials;
  /** Also those that have expired, for a day: an expired key is told from a wrong one. */
  find(accessKeyId: string): (Credentials & { readonly session: Session }) | undefined;
  close(): void;
}

const KEPT_AFTER_EXPIRY = 86_400_000;

interface Row {
  access_key_id: string;
  secret: string;
  token: string;
  expiration: number;
  session: string;
}

export function openSessions({ dir, clock }: StackContext): Sessions {
  // The keys in it let one in: only the owner reads them.
  const folder = join(dir, 'sts');
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  chmodSync(folder, 0o700);
  const database = openDatabase(join(folder, 'sts.sqlite'));
  database.exec(`
    CREATE TABLE IF NOT EXISTS sessions (
      access_key_id TEXT PRIMARY KEY, secret TEXT NOT NULL, token TEXT NOT NULL, expiration INTEGER NOT NULL, session TEXT NOT NULL
    ) WITHOUT ROWID;
    CREATE INDEX IF NOT EXISTS sessions_by_expiration ON sessions (expiration);`);
  const insert = database.prepare('INSERT INTO sessions VALUES (?, ?, ?, ?, ?)');
  const select = database.prepare('SELECT * FROM sessions WHERE access_key_id = ?');
  const first = database.prepare('SELECT min(expiration) AS expiration FROM sessions');
  const remove = database.prepare('DELETE FROM sessions WHERE expiration <= ?');
  let timer: { cancel(): void } | undefined;
  sweep();

  function sweep(): void {
    remove.run(clock.now() - KEPT_AFTER_EXPIRY);
    timer = undefined;
    arm();
  }

  function arm(): void {
    const { expiration: next } = first.get() as { expiration: number | null };
    if (timer === undefined && next !== null) timer = clock.at(next + KEPT_AFTER_EXPIRY, sweep);
  }

  return {
    add(session, seconds) {
      const credentials = newCredentials(clock.now() + seconds * 1000);
      const { accessKeyId, secretAccessKey, sessionToken, expiration } = credentials;
      insert.run(accessKeyId, secretAccessKey, sessionToken, expiration, JSON.stringify(session));
      arm();
      return credentials;
    },
    find(accessKeyId) {
      const row = select.get(accessKeyId) as Row | undefined;
      if (row === undefined) return undefined;
      const { secret: secretAccessKey, token: sessionToken, expiration } = row;
      return { accessKeyId, secretAccessKey, sessionToken, expiration, session: JSON.parse(row.session) };
    },
    close() {
      timer?.cancel();
      database.close();
    },
  };
}

const KEY_LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

function newCredentials(expiration: number): Credentials {
  return {
    accessKeyId: `ASIA${[...randomBytes(16)].map((byte) => KEY_LETTERS[byte % 32]).join('')}`,
    secretAccessKey: randomBytes(30).toString('base64'),
    sessionToken: randomBytes(96).toString('base64'),
    expiration,
  };
}
