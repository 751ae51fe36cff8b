import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type {
  ActionExecutionDetail,
  PipelineDeclaration,
  PipelineExecutionSummary,
  RuleExecutionDetail,
  StageState,
} from '@aws-sdk/client-codepipeline';

/** A pipeline as the stand-in tells of it. Times are Dates, as the SDK has them. */
export interface Told {
  declaration: PipelineDeclaration;
  stages: StageState[];
  runs: PipelineExecutionSummary[];
  actions: ActionExecutionDetail[];
  rules?: RuleExecutionDetail[];
}

/** The CodePipeline API as far as the console asks it, over HTTP in JSON 1.1: it tells what it is given. */
export interface StandIn {
  readonly endpoint: string;
  readonly pipelines: Map<string, Told>;
  /** Operations in the order in which they were asked for. */
  readonly asked: string[];
  /** Set: every operation answers with this error. */
  broken: { code: string; message: string } | undefined;
  /** Items in a page at most. */
  pageSize: number;
  close(): Promise<void>;
}

type Input = {
  name?: string;
  pipelineName?: string;
  maxResults?: number;
  nextToken?: string;
  filter?: { pipelineExecutionId?: string };
};

export async function openStandIn(): Promise<StandIn> {
  const server: Server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const operation = String(request.headers['x-amz-target']).replace('CodePipeline_20150709.', '');
      standIn.asked.push(operation);
      const { status, body } = answer(standIn, operation, JSON.parse(Buffer.concat(chunks).toString()) as Input);
      response.writeHead(status, { 'content-type': 'application/x-amz-json-1.1' });
      response.end(JSON.stringify(body, secondsOfDates));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const standIn: StandIn = {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    pipelines: new Map(),
    asked: [],
    broken: undefined,
    pageSize: 100,
    close: () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
  return standIn;
}

function answer(standIn: StandIn, operation: string, input: Input): { status: number; body: object } {
  if (standIn.broken) return error(standIn.broken.code, standIn.broken.message);
  if (operation === 'ListPipelines') {
    const all = [...standIn.pipelines.values()].map(({ declaration: { name, version } }) => ({ name, version }));
    return paged(standIn, input, 'pipelines', all);
  }
  const name = input.name ?? input.pipelineName ?? '';
  if (!/^[A-Za-z0-9.@\-_]+$/.test(name)) return error('ValidationException', 'The name does not match the pattern.');
  const told = standIn.pipelines.get(name);
  if (!told)
    return error('PipelineNotFoundException', `Account '000000000000' does not have a pipeline with name '${name}'`);
  switch (operation) {
    case 'GetPipeline':
      return { status: 200, body: { pipeline: told.declaration, metadata: {} } };
    case 'GetPipelineState':
      return { status: 200, body: { pipelineName: name, pipelineVersion: 3, stageStates: told.stages } };
    case 'ListPipelineExecutions':
      return paged(standIn, input, 'pipelineExecutionSummaries', told.runs);
    case 'ListActionExecutions':
      return ofRun(standIn, input, told, 'actionExecutionDetails', told.actions);
    case 'ListRuleExecutions':
      return ofRun(standIn, input, told, 'ruleExecutionDetails', told.rules ?? []);
    default:
      return error('UnknownOperationException', `The stand-in has no ${operation}.`);
  }
}

function ofRun(
  standIn: StandIn,
  input: Input,
  told: Told,
  name: string,
  all: readonly (ActionExecutionDetail | RuleExecutionDetail)[],
): { status: number; body: object } {
  const run = input.filter?.pipelineExecutionId;
  if (run !== undefined && !told.runs.some(({ pipelineExecutionId }) => pipelineExecutionId === run))
    return error('PipelineExecutionNotFoundException', `There is no run ${run}.`);
  const found = all.filter(({ pipelineExecutionId }) => run === undefined || pipelineExecutionId === run);
  return paged(standIn, input, name, found);
}

function paged({ pageSize }: StandIn, { maxResults = 100, nextToken = '0' }: Input, name: string, all: object[]) {
  if (!/^\d+$/.test(nextToken)) return error('InvalidNextTokenException', 'The nextToken is not one of this listing.');
  const start = Number(nextToken);
  const end = start + Math.min(maxResults, pageSize);
  const more = end < all.length ? { nextToken: String(end) } : {};
  return { status: 200, body: { [name]: all.slice(start, end), ...more } };
}

function error(code: string, message: string): { status: number; body: object } {
  return { status: 400, body: { __type: code, message } };
}

/** JSON.stringify has called toJSON of a Date before it asks. */
function secondsOfDates(this: Record<string, unknown>, key: string, value: unknown): unknown {
  const original = this[key];
  return original instanceof Date ? original.getTime() / 1000 : value;
}
