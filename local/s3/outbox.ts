import type { BusEvent, Ports } from '../ports.ts';
import type { Tables } from './tables.ts';

/** Events that were recorded with the change that they tell of, until the bus has them. After a crash one may be delivered twice, as EventBridge may. */
export interface Outbox {
  /** Inside the transaction of the change. */
  record(event: BusEvent): void;
  /** Hands over what is recorded, oldest first. Does nothing before `start`. */
  deliver(): void;
  start(): void;
}

export function openOutbox(tables: Tables, emit: Ports['emit']): Outbox {
  let started = false;
  let waiting = tables.one('SELECT 1 FROM event LIMIT 1') !== undefined;

  function deliver(): void {
    if (!started || !waiting) return;
    for (const { id, content } of tables.all<{ id: number; content: string }>('SELECT * FROM event ORDER BY id')) {
      emit(JSON.parse(content) as BusEvent);
      tables.run('DELETE FROM event WHERE id = ?', id);
    }
    waiting = false;
  }

  return {
    deliver,
    record(event) {
      tables.run('INSERT INTO event (content) VALUES (?)', JSON.stringify(event));
      waiting = true;
    },
    start() {
      started = true;
      deliver();
    },
  };
}
