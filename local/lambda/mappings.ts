import { randomUUID } from 'node:crypto';
import type { DatabaseSync } from 'node:sqlite';
import type { Clock } from '../clock.ts';
import { unsynced } from '../database.ts';
import type { Ports, Sender } from '../ports.ts';
import type { StackRecorder } from '../recorder.ts';
import type { ResourceValues } from '../service.ts';
import { executionRole } from './definition.ts';
import type { Destinations } from './destinations.ts';
import type { Functions } from './functions.ts';
import type { MappingDefinition } from './mapping-definition.ts';
import { invalid } from './properties.ts';
import { type Position, StreamReader } from './stream-reader.ts';

/** A mapping that stands: its identifier for AWS's API, and how it goes. */
export interface Mapping {
  readonly uuid: string;
  readonly definition: MappingDefinition;
  /** Milliseconds since the epoch. */
  readonly created: number;
  readonly lastResult: string;
}

interface Entry {
  readonly uuid: string;
  readonly definition: MappingDefinition;
  readonly created: number;
  reader?: StreamReader;
}

interface Wiring {
  readonly database: DatabaseSync;
  readonly clock: Clock;
  readonly functions: Functions;
  readonly destinations: Destinations;
  readonly ports: Pick<Ports, 'readStream' | 'onStream'>;
  /** The start of mappings' ARNs, e.g. `arn:aws:lambda:us-east-1:000000000000:event-source-mapping`. */
  readonly arnPrefix: string;
  readonly recorder?: StackRecorder | undefined;
}

const PAGE = 1000;

/** The event source mappings of the stack; each keeps its identifier and its position over restarts. */
export class Mappings {
  readonly #wiring: Wiring;
  readonly #entries = new Map<string, Entry>();
  readonly #runs: Promise<void>[] = [];

  constructor(wiring: Wiring) {
    this.#wiring = wiring;
    wiring.database.exec(
      `CREATE TABLE IF NOT EXISTS mappings (
        name TEXT PRIMARY KEY, uuid TEXT NOT NULL, source TEXT NOT NULL, created REAL NOT NULL, position INTEGER
      ) STRICT`,
    );
  }

  /** Stores a mapping; it reads from `start` on. One that has got another source begins anew. */
  put(definition: MappingDefinition): ResourceValues {
    const { database, clock, arnPrefix } = this.#wiring;
    const { name, source } = definition;
    database.prepare('DELETE FROM mappings WHERE name = ? AND source <> ?').run(name, source);
    database
      .prepare('INSERT INTO mappings (name, uuid, source, created) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING')
      .run(name, randomUUID(), source, clock.now());
    const row = database.prepare('SELECT uuid, created FROM mappings WHERE name = ?').get(name);
    const uuid = String(row?.['uuid']);
    this.#entries.set(name, { uuid, definition, created: Number(row?.['created']) });
    return { ref: uuid, attributes: { Id: uuid, EventSourceMappingArn: `${arnPrefix}:${uuid}` } };
  }

  list(): Mapping[] {
    return [...this.#entries.values()].map(({ uuid, definition, created, reader }) => {
      return { uuid, definition, created, lastResult: reader?.lastResult ?? 'No records processed' };
    });
  }

  /** Starts reading, and forgets mappings that the template no longer has. */
  start(): void {
    const { database, functions, ports } = this.#wiring;
    for (const { name } of database.prepare('SELECT name FROM mappings').all() as { name: string }[]) {
      if (!this.#entries.has(name)) database.prepare('DELETE FROM mappings WHERE name = ?').run(name);
    }
    for (const entry of this.#entries.values()) {
      const { definition } = entry;
      if (!functions.has(definition.functionName)) {
        throw invalid(definition.logicalId, `There is no function ${definition.functionName}.`);
      }
      const position = this.#positionOf(definition);
      if (!definition.enabled) continue;
      const reader = new StreamReader({
        ...this.#wiring,
        definition,
        uuid: entry.uuid,
        readStream: ports.readStream,
        position,
      });
      entry.reader = reader;
      ports.onStream(definition.source, () => reader.wake());
      this.#runs.push(reader.run());
    }
  }

  /** Ends reading; to be followed by the end of the sandboxes, and then by awaiting `ended`. */
  close(): void {
    for (const { reader } of this.#entries.values()) reader?.close();
  }

  async ended(): Promise<void> {
    await Promise.all(this.#runs);
  }

  #positionOf({ name, source, from, functionName }: MappingDefinition): Position {
    const { database, functions, ports } = this.#wiring;
    const update = database.prepare('UPDATE mappings SET position = ? WHERE name = ?');
    const stored = database.prepare('SELECT position FROM mappings WHERE name = ?').get(name)?.['position'];
    let sequence = typeof stored === 'number' ? stored : 0;
    if (stored === null && from === 'LATEST')
      sequence = endOf(ports, source, executionRole(functions.get(functionName)));
    if (stored === null) update.run(sequence, name);
    return {
      load: () => sequence,
      // What is lost of it is read, and handed over, again.
      save: (reached) => {
        unsynced(database, () => update.run(reached, name));
        sequence = reached;
      },
    };
  }
}

function endOf({ readStream }: Pick<Ports, 'readStream'>, source: string, by: Sender): number {
  for (let end = 0; ; ) {
    const last = readStream(source, end, PAGE, by).at(-1);
    if (last === undefined) return end;
    end = last.sequence;
  }
}
