/** The tables. Times are milliseconds since the epoch; inputs, outputs, values and results are JSON text. */
export const schema = `
CREATE TABLE IF NOT EXISTS keys (name TEXT PRIMARY KEY, bytes BLOB NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS definitions (id INTEGER PRIMARY KEY, text TEXT NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS machines (
  arn TEXT PRIMARY KEY, name TEXT NOT NULL, role TEXT NOT NULL, definition INTEGER NOT NULL,
  created INTEGER NOT NULL, updated INTEGER NOT NULL, options TEXT NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS executions (
  arn TEXT PRIMARY KEY, machine TEXT NOT NULL, name TEXT NOT NULL, role TEXT NOT NULL, definition INTEGER NOT NULL,
  input TEXT NOT NULL, starter TEXT, status TEXT NOT NULL, start INTEGER NOT NULL, stop INTEGER,
  output TEXT, error TEXT, cause TEXT, events INTEGER NOT NULL, transitions INTEGER NOT NULL, told INTEGER NOT NULL) STRICT;
CREATE INDEX IF NOT EXISTS executions_running ON executions (start) WHERE status = 'RUNNING';
CREATE INDEX IF NOT EXISTS executions_untold ON executions (start) WHERE told < 2;
CREATE INDEX IF NOT EXISTS executions_by_machine ON executions (machine, start, arn);
CREATE INDEX IF NOT EXISTS executions_by_status ON executions (machine, status, start, arn);
CREATE INDEX IF NOT EXISTS executions_ended ON executions (stop) WHERE stop IS NOT NULL;
CREATE INDEX IF NOT EXISTS executions_by_definition ON executions (definition);
CREATE TABLE IF NOT EXISTS threads (
  execution TEXT NOT NULL, id INTEGER NOT NULL, body TEXT NOT NULL, PRIMARY KEY (execution, id)) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS iterations (
  execution TEXT NOT NULL, thread INTEGER NOT NULL, item INTEGER NOT NULL, value TEXT NOT NULL, result TEXT,
  PRIMARY KEY (execution, thread, item)) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS history (
  execution TEXT NOT NULL, id INTEGER NOT NULL, previous INTEGER NOT NULL, time INTEGER NOT NULL, type TEXT NOT NULL,
  details TEXT NOT NULL, PRIMARY KEY (execution, id)) STRICT, WITHOUT ROWID;
`;
