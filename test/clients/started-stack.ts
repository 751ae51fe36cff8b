import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { waitFor } from '../../scripts/walk/wait-for.ts';
import { type Child, startChild } from './child.ts';
import { root, userEnvironment } from './machine.ts';

/** A stack that `npm start` has started, and what its greeting says. */
export interface StartedStack {
  readonly child: Child;
  /** `http://127.0.0.1:PORT`, of the CLI's line. */
  readonly endpoint: string;
  /** What stands after a word of the greeting, such as `mailbox`; empty when the word is not there. */
  said(word: string): string;
}

/** Starts a stack as a user does, and waits for its greeting. */
export async function npmStart(home: string, ...args: readonly string[]): Promise<StartedStack> {
  const child = startChild('npm', ['start', '--', ...args], { cwd: root, env: userEnvironment(home) });
  await waitFor(
    'the greeting of npm start',
    async () => {
      if (!child.isRunning()) throw new Error(`npm start ended:\n${child.output()}${child.errors()}`);
      return /^ +CLI .*\n/m.test(child.output()) || undefined;
    },
    120,
  );
  const said = (word: string): string =>
    child
      .output()
      .split('\n')
      .flatMap((line) => (line.trimStart().startsWith(`${word} `) ? [line.trimStart().slice(word.length).trim()] : []))
      .at(-1) ?? '';
  return { child, said, endpoint: /--endpoint-url (\S+)/.exec(said('CLI'))?.[1] ?? '' };
}

/** A port of 127.0.0.1 that nobody listens on. */
export async function freePort(): Promise<number> {
  const { port, close } = await takePort();
  await close();
  return port;
}

/** Takes a port, as another program does. */
export async function takePort(): Promise<{ readonly port: number; close(): Promise<void> }> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    async close() {
      server.close();
      await once(server, 'close');
    },
  };
}
