import type { APIGatewayProxyEventV2, Context } from 'aws-lambda';
import { handler } from '../../../functions/api/api.ts';
import { runOf } from '../../../functions/domain/action.ts';
import type { ExecutionMode, PipelineDeclaration } from '../../../functions/domain/declaration.ts';
import { gateOf, type Pipeline } from '../../../functions/domain/pipeline.ts';
import { isFinal, type Run } from '../../../functions/domain/run.ts';
import { noOpAction, noOpSourceStage } from '../../no-op/build.ts';
import { Choices } from '../simulation/choices.ts';
import { World } from '../simulation/world.ts';
import type { State } from './states.ts';

const context = {
  invokedFunctionArn: 'arn:aws:lambda:eu-west-1:000000000000:function:api',
  awsRequestId: 'request',
  getRemainingTimeInMillis: () => 30_000,
} as Context;

let worlds = 0;

/** What the API answers: `code` and `message` when it refuses. */
export interface Answer {
  readonly code?: string;
  readonly message?: string;
  readonly body: Readonly<Record<string, unknown>>;
}

/** A pipeline of two stages, Source and Deploy, in a world where nothing goes wrong and time stands still. */
export class Stage {
  readonly world: World;
  readonly name = 'pipeline';
  /** What becomes of work that begins now. */
  work: 'succeeds' | 'fails' | 'goes on' = 'succeeds';
  readonly #mode: ExecutionMode;
  readonly #kind: Pick<State, 'approves' | 'conditions'>;

  constructor(mode: ExecutionMode, kind: Pick<State, 'approves' | 'conditions'>, enter: (world: World) => void) {
    this.#mode = mode;
    this.#kind = kind;
    this.world = new World(new Choices((name) => this.#choose(name)));
    enter(this.world);
  }

  /** Calls the API, as a client does. What follows from it is done with `settle`. */
  async call(operation: string, input: object): Promise<Answer> {
    const headers = {
      'x-amz-target': `CodePipeline_20150709.${operation}`,
      'content-type': 'application/x-amz-json-1.1',
    };
    const event = { headers, body: JSON.stringify(input), isBase64Encoded: false };
    const from = { http: { sourceIp: '203.0.113.7', userAgent: 'test' } };
    const request = { ...event, requestContext: from } as unknown as APIGatewayProxyEventV2;
    const { statusCode, body: text = '' } = await handler(request, context);
    this.world.observer.look();
    const body = text === '' ? {} : JSON.parse(text);
    return statusCode === 200 ? { body } : { body, code: String(body.__type), message: String(body.message) };
  }

  /** The same; a refusal is an error. */
  async must(operation: string, input: object): Promise<Readonly<Record<string, unknown>>> {
    const { code, message, body } = await this.call(operation, input);
    if (code !== undefined) throw new Error(`${operation}: ${code}: ${message}`);
    await this.world.settle();
    return body;
  }

  async create(): Promise<void> {
    await this.must('CreatePipeline', { pipeline: this.definition });
    await this.approve(this.newest);
  }

  /** Starts a run, with the value of its variable. Answers its id. */
  async start(go = 'yes'): Promise<string> {
    const input = { name: this.name, variables: [{ name: 'Go', value: go }] };
    return String((await this.must('StartPipelineExecution', input))['pipelineExecutionId']);
  }

  /** Approves what a run asks, if it does. */
  async approve(run: string): Promise<void> {
    const token = this.tokenOf(run);
    if (token === undefined) return;
    await this.must('PutApprovalResult', { ...this.approval, token, result: { status: 'Approved', summary: '' } });
  }

  /** The token of a run's approval. */
  tokenOf(run: string): string | undefined {
    return [...this.world.observer.actions.values()].findLast(({ key }) => runOf(key).run === run)?.approvalToken;
  }

  get approval() {
    return { pipelineName: this.name, stageName: 'Deploy', actionName: 'Do' };
  }

  get newest(): string {
    return [...this.world.observer.runs.keys()].at(-1) ?? '';
  }

  get pipeline(): Pipeline {
    const [pipeline] = this.world.observer.pipelines.values();
    if (!pipeline) throw new Error('There is no pipeline.');
    return pipeline;
  }

  get definition(): PipelineDeclaration {
    const plain = noOpAction('Do');
    const type = this.#kind.approves
      ? ({ category: 'Approval', owner: 'AWS', provider: 'Manual', version: '1' } as const)
      : { ...plain.actionTypeId, provider: 'Token' };
    return {
      name: this.name,
      executionMode: this.#mode,
      pipelineType: 'V2',
      roleArn: 'arn:aws:iam::000000000000:role/pipelines',
      artifactStore: { type: 'S3', location: 'artifacts' },
      variables: [{ name: 'Go', defaultValue: 'yes' }],
      stages: [
        noOpSourceStage,
        { name: 'Deploy', actions: [{ name: 'Do', actionTypeId: type }], ...this.#kind.conditions },
      ],
    };
  }

  /** How things are, in words: by what. Runs are named by `names`; one that is not among them is new. */
  picture(names: ReadonlyMap<string, string>): ReadonlyMap<string, string> {
    const { runs } = this.world.observer;
    const gate = gateOf(this.pipeline, 'Deploy');
    return new Map([
      ...[...runs.values()].map((run): [string, string] => [names.get(run.id) ?? 'a new run', wordsFor(run)]),
      ['the transition', gate.disabled ? 'is disabled' : 'is enabled'],
      ['the pipeline', this.pipeline.deleted ? 'is deleted' : `has version ${this.pipeline.version}`],
    ]);
  }

  #choose(name: string): number {
    // No two pipelines have the same id: functions keep definitions in mind.
    if (name === 'ids') return ++worlds;
    if (/ opens( \d+)?$/.test(name)) return this.work === 'goes on' ? 0 : 1;
    if (name.startsWith('work never ends')) return this.work === 'goes on' ? 1 : 0;
    return name.startsWith('work fails') && this.work === 'fails' ? 1 : 0;
  }
}

function wordsFor({ status, place, attempt, stage, condition, overridden = [] }: Run): string {
  const again = attempt > 0 ? ', tried again' : '';
  if (isFinal(status)) return `is ${status}${again}`;
  if (status === 'Stopping') return 'is Stopping';
  if (place !== 'inside') return `waits before ${stage}`;
  return condition && overridden.length === 0 ? `is at a condition of ${stage}` : `is in ${stage}${again}`;
}
