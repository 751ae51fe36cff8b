import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  DescribeExecutionCommand,
  type DescribeExecutionCommandOutput,
  GetExecutionHistoryCommand,
  type HistoryEvent,
  SendTaskSuccessCommand,
  SFNClient,
  StartExecutionCommand,
} from '@aws-sdk/client-sfn';
import { TurnableClock } from '../../../local/clock.ts';
import type { BusEvent, Invoked, Ports } from '../../../local/ports.ts';
import type { StackContext } from '../../../local/service.ts';
import { openStepFunctions, type StepFunctionsService } from '../../../local/step-functions/step-functions.ts';

/** A function of a test: answers, or throws to fail as a function does. */
export type FakeFunction = (payload: Record<string, unknown>) => unknown;

export interface ServeOptions {
  readonly dir?: string;
  readonly emit?: Ports['emit'];
  readonly log?: Ports['log'];
  readonly invoke?: Ports['invoke'];
}

/** Step Functions behind a small server, with functions and events of the test's own. */
export type Served = Awaited<ReturnType<typeof serve>>;

export async function serve(functions: Readonly<Record<string, FakeFunction>> = {}, options: ServeOptions = {}) {
  const dir = options.dir ?? (await mkdtemp(join(tmpdir(), 'sluice-sfn-')));
  const clock = new TurnableClock();
  const events: BusEvent[] = [];
  const ports = {
    invoke: options.invoke ?? ((name: string, payload: string) => invoke(functions, name, payload)),
    emit: options.emit ?? ((event: BusEvent) => void events.push(event)),
    log: options.log ?? (() => undefined),
    mayStart: () => {},
  };
  const place = { account: '000000000000', region: 'us-east-1', partition: 'aws', endpoint: '' };
  const context: StackContext = { ...place, dir, clock };
  const now: { service: StepFunctionsService } = { service: openStepFunctions(context, ports) };
  await now.service.start?.();
  const server = createServer({ keepAliveTimeout: 0 }, (request, response) => {
    const caller = { arn: 'arn:aws:iam::000000000000:root', account: '000000000000', accessKeyId: 'test' };
    const { method = '', headers } = request;
    void now.service
      .handle({ method, path: '/', query: new URLSearchParams(), headers, body: request, caller, requestId: 'r' })
      .then(({ status, headers: answered, body }) => response.writeHead(status, answered).end(body))
      .catch(() => response.writeHead(500).end('{}'));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const client = new SFNClient({
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    region: 'us-east-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    maxAttempts: 1,
  });
  const restart = async (): Promise<void> => {
    await now.service.close();
    now.service = openStepFunctions(context, ports);
    await now.service.start?.();
  };
  const close = async (): Promise<void> => {
    await now.service.close();
    clock.close();
    client.destroy();
    await new Promise((resolve) => server.close(resolve));
    if (options.dir === undefined) await rm(dir, { recursive: true });
  };
  return { client, clock, dir, events, now, restart, close, ...ways(client, clock, now) };
}

/** Short ways of saying what most tests do. */
function ways(client: SFNClient, clock: TurnableClock, now: { readonly service: StepFunctionsService }) {
  const describe = (executionArn: string) => client.send(new DescribeExecutionCommand({ executionArn }));
  return {
    describe,
    /** Makes a machine as the template does; its ARN. */
    async machine(definition: string, properties: object = {}, name = 'm'): Promise<string> {
      const made = await now.service.resources['AWS::StepFunctions::StateMachine']?.({
        logicalId: 'M',
        name,
        type: '',
        properties: { DefinitionString: definition, RoleArn: 'arn:aws:iam::000000000000:role/r', ...properties },
      });
      return made?.ref ?? '';
    },
    async run(stateMachineArn: string, input: unknown = {}, name?: string): Promise<string> {
      const given = { stateMachineArn, input: JSON.stringify(input), ...(name === undefined ? {} : { name }) };
      return (await client.send(new StartExecutionCommand(given))).executionArn ?? '';
    },
    succeed: (taskToken: unknown, output: unknown = {}) =>
      client.send(new SendTaskSuccessCommand({ taskToken: String(taskToken), output: JSON.stringify(output) })),
    /** How an execution ended; what its time-outs and retries wait for is turned past, `turn` milliseconds at a time. */
    async ended(arn: string, turn = 0): Promise<DescribeExecutionCommandOutput> {
      for (let tries = 0; tries < 20_000; tries++) {
        const execution = await describe(arn);
        if (execution.status !== 'RUNNING') return execution;
        if (turn > 0) clock.turn(turn);
        await pause();
      }
      throw new Error('The execution goes on and on.');
    },
    async history(executionArn: string, maxResults = 1000): Promise<HistoryEvent[]> {
      const events: HistoryEvent[] = [];
      let nextToken: string | undefined;
      do {
        const more = nextToken === undefined ? {} : { nextToken };
        const page = await client.send(new GetExecutionHistoryCommand({ executionArn, maxResults, ...more }));
        events.push(...(page.events ?? []));
        nextToken = page.nextToken;
      } while (nextToken !== undefined);
      return events;
    },
  };
}

/** Lets everything else have its turn. */
export function pause(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 2));
}

/** Waits until something is so. */
export async function until(so: () => unknown): Promise<void> {
  for (let tries = 0; tries < 10_000; tries++) {
    if (await so()) return;
    await pause();
  }
  throw new Error(`It never came to be so: ${so}`);
}

export function typesOf(events: readonly HistoryEvent[]): readonly (string | undefined)[] {
  return events.map(({ type }) => type);
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
    const { name: errorType, message: errorMessage } = error as Error;
    return { payload: JSON.stringify({ errorType, errorMessage, trace: [] }), functionError: 'Unhandled' };
  }
}
