import { GetFunctionConfigurationCommand } from '@aws-sdk/client-lambda';
import { logLines } from '../logs.ts';
import { had, holds, type Probe, probe } from '../probe.ts';
import type { Walk } from '../walk.ts';

/** What the functions' configurations and logs answer. */
export const lambdaProbes: readonly Probe[] = [
  probe({
    id: 'lambda-create-require',
    async look(walk) {
      const FunctionName = walk.stack.resources['ApiFunction'];
      const { Runtime, Architectures } = await walk.account.lambda.send(
        new GetFunctionConfigurationCommand({ FunctionName }),
      );
      const groups = await logsOf(walk);
      const lines = [...groups.values()].flat();
      return {
        runtime: Runtime,
        architecture: Architectures?.[0],
        ran: [...groups]
          .filter(([, each]) => each.some((line) => line.includes('"platform.report"')))
          .map(([name]) => name),
        errors: lines.filter((line) => /ImportModuleError|createRequire|UserCodeSyntaxError/.test(line)),
      };
    },
    judge: ({ runtime, architecture, ran, errors }) =>
      holds(
        runtime === 'nodejs24.x' && architecture === 'arm64' && ran.length > 5 && errors.length === 0,
        `${ran.length} functions ran under ${runtime} on ${architecture}; ${errors.length === 0 ? 'none failed to load' : errors[0]}`,
      ),
  }),
  probe({
    id: 'lambda-json-logs',
    async look(walk) {
      const lines = (await logsOf(walk)).get('ApiFunction') ?? [];
      const invocations = lines.filter((line) => line.includes('"platform.report"')).length;
      return {
        lines: had(lines.length > 0 ? lines : undefined, 'a line of the API function').slice(0, 400),
        invocations,
      };
    },
    judge: ({ lines, invocations }) => {
      const own = lines.map(parsed).filter((line) => line?.['type'] === undefined);
      const flat = own.filter((line) => typeof line?.['level'] === 'string' && isPlain(line['message']));
      return holds(
        own.length > 0 && flat.length === own.length && own.length <= invocations + 1,
        `${own.length} lines of ${invocations} invocations, ${flat.length} of them with level and a plain message at the top`,
      );
    },
  }),
  probe({
    id: 'iam-kms-enough',
    notLocal: 'the local stack encrypts nothing',
    async look(walk) {
      const { first, second } = walk.seen;
      const lines = [...(await logsOf(walk)).values()].flat();
      return {
        statuses: [first, second].map((run) => run?.status ?? 'not there'),
        // The walk itself makes S3 and STS refuse a role of another path.
        denied: lines.filter((line) => /AccessDenied|kms:\w+/.test(line) && !line.includes(walk.names.outside)),
      };
    },
    judge: ({ statuses, denied }) =>
      holds(
        statuses.every((status) => status === 'Succeeded') && denied.length === 0,
        `runs: ${statuses.join(', ')}; ${denied.length === 0 ? 'no denial in the logs' : denied[0]}`,
      ),
  }),
];

const gathered = new WeakMap<Walk, Promise<ReadonlyMap<string, readonly string[]>>>();

/** The lines of every function's log group since the walk began, by function; read once. */
function logsOf(walk: Walk): Promise<ReadonlyMap<string, readonly string[]>> {
  const found = gathered.get(walk) ?? gather(walk);
  gathered.set(walk, found);
  return found;
}

async function gather({ account, stack, began }: Walk): Promise<ReadonlyMap<string, readonly string[]>> {
  const names = Object.keys(stack.resources).filter((name) => /Function$/.test(name));
  const lines = await Promise.all(
    names.map(async (name) => {
      const logGroupName = stack.resources[name.replace(/Function$/, 'Logs')];
      if (logGroupName === undefined) return [];
      return (await logLines(account, logGroupName, { from: began })).map(({ text }) => text);
    }),
  );
  return new Map(names.map((name, index) => [name, lines[index] ?? []]));
}

function parsed(line: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

/** A text that holds no other line of the log. */
function isPlain(message: unknown): boolean {
  return typeof message === 'string' && parsed(message) === undefined;
}
