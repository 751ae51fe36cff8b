import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { How } from '../child.ts';
import type { Seen, WalkClient } from './client.ts';

/** A client that lives in a program of its own language: it reads a `Call` a line, and prints what it saw of each, a `Seen` a line. */
export function openProgram(program: string, args: readonly string[], { cwd, env }: How): WalkClient {
  const child = spawn(program, [...args], { cwd, env, stdio: ['pipe', 'pipe', 'pipe'] });
  let errors = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    errors += text;
  });
  // A program that has ended reads nothing more: what it printed last says why.
  child.stdin.on('error', () => undefined);
  const ended = once(child, 'close');
  ended.catch((error: Error) => {
    errors += error.message;
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    async call(call) {
      child.stdin.write(`${JSON.stringify(call)}\n`);
      const { done, value } = await lines.next();
      if (done) throw new Error(`${program} ended at ${call.operation}:\n${errors}`);
      return JSON.parse(value) as Seen;
    },
    async close() {
      child.stdin.end();
      await ended;
    },
  };
}
