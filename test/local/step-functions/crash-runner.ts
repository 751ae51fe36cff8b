import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { TurnableClock } from '../../../local/clock.ts';
import { openStepFunctions } from '../../../local/step-functions/step-functions.ts';
import { crashMachine, type Note, runs } from './crash-machine.ts';

/** A process that serves executions and answers their tokens, noting in a file what it has done; made to be killed. */
const [dir = ''] = process.argv.slice(2);
const file = join(dir, 'notes.jsonl');
const caller = { arn: 'arn:aws:iam::000000000000:root', account: '000000000000', accessKeyId: 'test' };
const context = {
  account: '000000000000',
  region: 'us-east-1',
  partition: 'aws',
  endpoint: '',
  dir,
  clock: new TurnableClock(),
};

function note(given: Note): void {
  appendFileSync(file, `${JSON.stringify(given)}\n`);
}

const service = openStepFunctions(context, {
  async invoke(_, payload) {
    const { token, key } = JSON.parse(payload);
    note({ type: 'invoked', token, key });
    setTimeout(() => void answer(token, key), 1);
    return { payload: 'null' };
  },
  mayStart: () => {},
  emit: ({ detail }) => {
    const { executionArn, status } = detail as { executionArn: string; status: string };
    note({ type: 'told', execution: executionArn, status });
  },
  log: () => undefined,
});

async function answer(token: string, key: string): Promise<void> {
  const { status, body } = await service.handle({
    method: 'POST',
    path: '/',
    query: new URLSearchParams(),
    headers: { 'x-amz-target': 'AWSStepFunctions.SendTaskSuccess' },
    body: Readable.from([Buffer.from(JSON.stringify({ taskToken: token, output: JSON.stringify(key) }))]),
    caller,
    requestId: 'r',
  });
  if (status === 200) note({ type: 'answered', token, key });
  else if (!String(body).includes('TaskTimedOut')) throw new Error(String(body));
}

const before = existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n') : [];
// A line may be torn by the kill that came upon its writing.
const notes = before.flatMap((line) => (line.endsWith('}') ? [JSON.parse(line) as Note] : []));
if (before.length > 0) appendFileSync(file, '\n');
await service.resources['AWS::StepFunctions::StateMachine']?.({
  logicalId: 'M',
  name: 'm',
  type: '',
  properties: { DefinitionString: crashMachine, RoleArn: 'r' },
});
await service.start?.();
const machine = 'arn:aws:states:us-east-1:000000000000:stateMachine:m';
for (const name of runs) {
  const started = notes.some((given) => given.type === 'started' && given.execution === name);
  if (started) continue;
  await service.startExecution(machine, name, '{}').catch((error: Error) => {
    if (error.name !== 'ExecutionAlreadyExists') throw error;
  });
  note({ type: 'started', execution: name });
}
const answered = new Set(notes.flatMap((given) => (given.type === 'answered' ? [given.token] : [])));
for (const given of notes)
  if (given.type === 'invoked' && !answered.has(given.token)) void answer(given.token, given.key);
setInterval(() => undefined, 1000);
