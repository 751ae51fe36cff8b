import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SFNClient } from '@aws-sdk/client-sfn';
import { TurnableClock } from '../../../local/clock.ts';
import type { BusEvent, Invoked } from '../../../local/ports.ts';
import type { StackContext } from '../../../local/service.ts';
import { openStepFunctions, type StepFunctionsService } from '../../../local/step-functions/step-functions.ts';

/** A function of a test: answers, or throws to fail as a function does. */
export type FakeFunction = (payload: Record<string, unknown>) => unknown;

/** Step Functions behind a small server, with functions and events of the test's own. */
export interface Served {
  readonly client: SFNClient;
  readonly clock: TurnableClock;
  readonly dir: string;
  readonly events: BusEvent[];
  service: StepFunctionsService;
  /** Ends the service and opens it again over the same folder, as after a kill. */
  restart(): Promise<void>;
  close(): Promise<void>;
}

export async function serve(functions: Readonly<Record<string, FakeFunction>>): Promise<Served> {
  const dir = await mkdtemp(join(tmpdir(), 'sluice-sfn-'));
  const clock = new TurnableClock();
  const events: BusEvent[] = [];
  const ports = {
    invoke: (name: string, payload: string) => invoke(functions, name, payload),
    emit: (event: BusEvent) => void events.push(event),
  };
  const context: StackContext = {
    account: '000000000000',
    region: 'us-east-1',
    partition: 'aws',
    endpoint: '',
    dir,
    clock,
  };
  const served = { service: openStepFunctions(context, ports) };
  await served.service.start?.();
  const server = createServer((request, response) => {
    const caller = { arn: 'arn:aws:iam::000000000000:root', account: '000000000000', accessKeyId: 'test' };
    const { method = '', headers } = request;
    void served.service
      .handle({ method, path: '/', query: new URLSearchParams(), headers, body: request, caller, requestId: 'r' })
      .then(({ status, headers: answered, body }) => response.writeHead(status, answered).end(body));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const client = new SFNClient({
    endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    maxAttempts: 1,
  });
  return Object.assign(served, {
    client,
    clock,
    dir,
    events,
    async restart() {
      await served.service.close();
      served.service = openStepFunctions(context, ports);
      await served.service.start?.();
    },
    async close() {
      await served.service.close();
      clock.close();
      client.destroy();
      await new Promise((resolve) => server.close(resolve));
      await rm(dir, { recursive: true });
    },
  });
}

async function invoke(
  functions: Readonly<Record<string, FakeFunction>>,
  arn: string,
  payload: string,
): Promise<Invoked> {
  const name = arn.split(':').at(-1) ?? '';
  const fake = functions[name];
  if (!fake) throw new Error(`The test has no function ${name}.`);
  try {
    return { payload: JSON.stringify((await fake(JSON.parse(payload))) ?? null) };
  } catch (error) {
    return {
      payload: JSON.stringify({ errorType: (error as Error).name, errorMessage: (error as Error).message, trace: [] }),
      functionError: 'Unhandled',
    };
  }
}
