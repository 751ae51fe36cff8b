import type { ActionExecution } from '../../functions/domain/action.ts';
import type { PipelineDeclaration } from '../../functions/domain/declaration.ts';
import type { Given } from '../engine/simulation/users.ts';
import type { Answer, World } from './world.ts';

/** What the API answered. */
export interface Answered {
  readonly status: number;
  // biome-ignore lint/suspicious/noExplicitAny: what an operation answers is its own; a test reads what it knows to be there.
  readonly output: any;
}

/** A page of HTTP as a function behind API Gateway gives it. */
interface Page {
  readonly statusCode: number;
  readonly body?: string;
  readonly isBase64Encoded?: boolean;
}

const second = 1000;
const mostTries = 4;

/** A pipeline's people: they ask the API, again where it failed, approve what is to be approved, and carry out jobs. */
export class Users {
  readonly name: string;
  readonly answers: Given[] = [];
  readonly world: World;
  /** Jobs that a worker was told to begin, by action. */
  readonly jobs = new Map<string, { starts: number; status: 'running' | 'succeeded' | 'failed' }>();
  /** What reviewers say; nobody answers without. */
  verdict: 'Approved' | 'Rejected' | undefined = 'Approved';
  /** The version of the source's object. */
  sourceVersion = '';
  /** How long reviewers take. */
  patience = 30 * second;
  /** How the next job of a worker ends. */
  jobFails = false;
  #polls = false;
  #watches: { readonly isSo: () => boolean; readonly then: () => void }[] = [];

  constructor(world: World, name: string) {
    this.world = world;
    this.name = name;
    world.observer.onApproval = (action) => this.#review(action);
    world.onLook = () => this.#look();
  }

  /** Asks the API after a delay; again while it fails for a reason of its own. */
  ask(operation: string, input: object, then: (answered: Answered) => void = () => {}, delay = 0, attempt = 1): void {
    const event = {
      version: '2.0',
      headers: { 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': `CodePipeline_20150709.${operation}` },
      body: JSON.stringify(input),
      isBase64Encoded: false,
      requestContext: {
        http: { method: 'POST', path: '/', sourceIp: '127.0.0.1', userAgent: 'world' },
        authorizer: { iam: { userArn: `arn:aws:iam::000000000000:user/${this.#who(operation, input)}` } },
      },
    };
    const told = (answered: Answered) => {
      if (answered.status < 500 || attempt >= mostTries) then(answered);
      else this.ask(operation, input, then, attempt * second, attempt + 1);
    };
    this.#post(`somebody asks for ${operation}`, 'api', event, told, delay);
  }

  /** Posts to a webhook; the host posts the very same again while it is not taken. */
  push(address: string, body: string, headers: Readonly<Record<string, string>>, delay = 0, attempt = 1): void {
    const path = new URL(address).pathname;
    const event = {
      version: '2.0',
      headers: { 'content-type': 'application/json', ...headers },
      body,
      isBase64Encoded: false,
      pathParameters: { name: decodeURIComponent(path.slice(path.lastIndexOf('/') + 1)) },
      requestContext: { http: { method: 'POST', path, sourceIp: '127.0.0.1', userAgent: 'world' } },
    };
    const told = ({ status }: Answered) => {
      if (status >= 300 && attempt < mostTries) this.push(address, body, headers, attempt * second, attempt + 1);
    };
    this.#post('the host pushes', 'webhook', event, told, delay);
  }

  /** Makes the pipeline, then goes on. */
  make(
    pipeline: Omit<PipelineDeclaration, 'name' | 'roleArn' | 'artifactStore'>,
    then: (run: string) => void = () => {},
  ) {
    const location = this.world.services.outputs['BucketName'] ?? '';
    const declaration: PipelineDeclaration = {
      pipelineType: 'V2',
      ...pipeline,
      name: this.name,
      roleArn: 'arn:aws:iam::000000000000:role/pipelines',
      artifactStore: { type: 'S3', location },
    };
    this.ask('CreatePipeline', { pipeline: declaration }, () => then(this.runs[0]?.id ?? ''));
  }

  /** Makes the action type of workers, then goes on. */
  makeWorkers(then: () => void): void {
    const { category, provider, version } = jobType;
    const none = { minimumCount: 0, maximumCount: 0 };
    const type = { category, provider, version, inputArtifactDetails: none, outputArtifactDetails: none };
    this.ask('CreateCustomActionType', type, then);
  }

  /** The runs that there are, the oldest first. */
  get runs() {
    return [...this.world.observer.runs.values()].sort((a, b) => a.sequence - b.sequence);
  }

  /** Starts a run. */
  start(number: number, delay = 0, then: (answered: Answered) => void = () => {}): void {
    this.ask('StartPipelineExecution', { name: this.name, clientRequestToken: `start-${number}` }, then, delay);
  }

  /** Each start is somebody's own, so that one is told from another. */
  #who(operation: string, input: object): string {
    return 'clientRequestToken' in input ? `${input.clientRequestToken}` : operation;
  }

  #post(label: string, name: string, event: object, then: (answered: Answered) => void, delay: number): void {
    const told = (answer: Answer) => then(readAnswer(answer));
    this.world.invoke(label, this.world.definitionOf(name), JSON.stringify(event), told, delay);
  }

  #review({ stage: stageName, action: actionName, approvalToken: token = '' }: ActionExecution): void {
    const { verdict: status } = this;
    if (!status) return;
    const given: Given = { token, status };
    this.answers.push(given);
    const input = { pipelineName: this.name, stageName, actionName, token, result: { status, summary: 'seen' } };
    this.ask(
      'PutApprovalResult',
      input,
      (answered) => {
        given.taken = answered.status === 200;
      },
      this.patience,
    );
  }

  /** Does something once when the pipeline has come to it. */
  when(isSo: () => boolean, then: () => void): void {
    this.#watches.push({ isSo, then });
  }

  #look(): void {
    this.#poll();
    const due = this.#watches.filter(({ isSo }) => isSo());
    this.#watches = this.#watches.filter((watch) => !due.includes(watch));
    for (const { then } of due) then();
  }

  /** A worker looks for jobs as long as actions of workers wait for one. */
  #poll(): void {
    if (this.#polls || !this.#hasJobs()) return;
    this.#polls = true;
    const again = ({ output }: Answered) => {
      for (const job of output.jobs ?? [])
        this.#take(job.id, job.nonce, `${job.data.pipelineContext.action.actionExecutionId}`);
      this.#polls = false;
    };
    this.ask('PollForJobs', { actionTypeId: jobType, maxBatchSize: 10 }, again, 5 * second);
  }

  #hasJobs(): boolean {
    return [...this.world.observer.actions.values()].some(
      ({ status, type, key }) => status === 'Running' && type.owner === 'Custom' && !this.jobs.has(key),
    );
  }

  #take(jobId: string, nonce: string, execution: string): void {
    const key = [...this.world.observer.actions.values()].find(({ id }) => id === execution)?.key ?? execution;
    this.ask('AcknowledgeJob', { jobId, nonce }, ({ status, output }) => {
      if (status !== 200 || output.status !== 'InProgress') return;
      const job = this.jobs.get(key) ?? { starts: 0, status: 'running' };
      job.starts++;
      this.jobs.set(key, job);
      this.#finish(jobId, job);
    });
  }

  #finish(jobId: string, job: { status: string }): void {
    const fails = this.jobFails;
    this.jobFails = false;
    job.status = fails ? 'failed' : 'succeeded';
    const failureDetails = { type: 'JobFailed', message: 'It was to fail.' };
    if (fails) this.ask('PutJobFailureResult', { jobId, failureDetails }, undefined, 20 * second);
    else this.ask('PutJobSuccessResult', { jobId }, undefined, 20 * second);
  }
}

/** The action type of the worlds' workers. */
export const jobType = { category: 'Test', owner: 'Custom', provider: 'Worker', version: '1' } as const;

function readAnswer(answer: Answer): Answered {
  if (answer.status !== 'Answered') return { status: 503, output: {} };
  const { statusCode, body = '', isBase64Encoded } = JSON.parse(answer.payload) as Page;
  const text = isBase64Encoded ? Buffer.from(body, 'base64').toString() : body;
  return { status: statusCode, output: text.startsWith('{') ? JSON.parse(text) : {} };
}
