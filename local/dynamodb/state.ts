import type { DatabaseSync } from 'node:sqlite';
import { openDatabase } from '../database.ts';
import type { StackContext } from '../service.ts';
import { Catalogue } from './catalogue.ts';
import { Items } from './items.ts';
import { Pages } from './pages.ts';
import { RequestTokens } from './request-tokens.ts';
import { createSchema } from './schema.ts';
import { Streams } from './stream.ts';
import { Expiry } from './time-to-live.ts';

/** Everything that the service keeps, and what operations work on. */
export interface State {
  readonly database: DatabaseSync;
  readonly catalogue: Catalogue;
  readonly items: Items;
  readonly pages: Pages;
  readonly streams: Streams;
  readonly expiry: Expiry;
  readonly tokens: RequestTokens;
}

/** An operation of the API. One that writes runs within a transaction, and throws when nothing of it is to stay. */
export interface Operation {
  readonly kind: 'read' | 'write' | 'table';
  // biome-ignore lint/suspicious/noExplicitAny: each operation checks its own input before it uses it.
  run(state: State, input: any): object;
}

export function openState(context: StackContext): State {
  const database = openDatabase(`${context.dir}/dynamodb/dynamodb.sqlite`);
  createSchema(database);
  const streams = new Streams(database, context);
  const items = new Items(database, streams);
  return {
    database,
    catalogue: new Catalogue(database, context),
    items,
    pages: new Pages(database),
    streams,
    expiry: new Expiry(database, items),
    tokens: new RequestTokens(database, context.clock),
  };
}
