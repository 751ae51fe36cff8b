import { createInterface } from 'node:readline';
import type { ObservedCall } from '../../local/gateway/options.ts';
import { makeConnection, makeSample } from '../../local/sample/sample.ts';
import { startStack } from '../../local/stack.ts';
import { recorderFromEnvironment } from '../../scripts/walk/recorder.ts';

/**
 * A stack in a process of its own, which a test kills. Arguments: root, folder, port. It takes one command a line: `crash NAME` (kill
 * this process when the point of that name is reached next), `turn MILLISECONDS` (the clock), `points` (names reached so far); each is
 * answered by one line.
 */
const [root = '', dir = '', port = '0'] = process.argv.slice(2);
const reached = new Set<string>();
let crashAt: string | undefined;

function observe({ service, operation, caller, phase }: ObservedCall): void {
  const name = `${phase} ${service}.${operation} by ${callerName(caller.arn)}`;
  reached.add(name);
  if (name === crashAt) process.kill(process.pid, 'SIGKILL');
}

/** A function's name without its stack and suffix; the role's for others; `client` for whoever is outside. */
function callerName(arn: string): string {
  const [, role = '', session = ''] = /assumed-role\/([^/]+)\/(.+)$/.exec(arn) ?? [];
  return /-([A-Za-z0-9]+)Function-/.exec(session)?.[1] ?? (role === '' ? 'client' : role);
}

const stack = await startStack({ root, dir, port: Number(port), observe, ...recorderFromEnvironment() });
await makeConnection(stack);
await makeSample(stack);
console.log(`ready ${stack.endpoint}`);
for await (const line of createInterface({ input: process.stdin })) {
  const [command, ...given] = line.split(' ');
  if (command === 'crash') crashAt = given.join(' ');
  if (command === 'turn') stack.clock.turn(Number(given[0]));
  console.log(command === 'points' ? JSON.stringify([...reached]) : 'done');
}
await stack.close();
