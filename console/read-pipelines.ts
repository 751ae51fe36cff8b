import {
  type CodePipelineClient,
  ListPipelineExecutionsCommand,
  ListPipelinesCommand,
  type PipelineExecutionSummary,
  PipelineNotFoundException,
} from '@aws-sdk/client-codepipeline';

/** A pipeline in the list, with its newest run when it has one. */
export interface Listed {
  readonly name: string;
  readonly version: number;
  readonly latest?: PipelineExecutionSummary;
}

/** A page of the list. `next`: what to ask for the page after it. */
export interface Listing {
  readonly pipelines: readonly Listed[];
  readonly next?: string;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

const PAGE = 50;
/** Calls at a time. */
const AT_ONCE = 10;

/** Reads pipelines by name, 50 at a time. */
export async function readPipelines(
  client: CodePipelineClient,
  after: string | undefined,
  now: () => number,
): Promise<Listing> {
  const { pipelines = [], nextToken } = await client.send(
    new ListPipelinesCommand({ maxResults: PAGE, nextToken: after }),
  );
  const listed: Listed[] = [];
  for (let start = 0; start < pipelines.length; start += AT_ONCE) {
    const some = pipelines.slice(start, start + AT_ONCE);
    const read = some.map(({ name = '', version = 1 }) => withLatest(client, name, version));
    listed.push(...(await Promise.all(read)).flat());
  }
  return { pipelines: listed, now: now(), ...(nextToken === undefined ? {} : { next: nextToken }) };
}

/** None when the pipeline was deleted meanwhile. */
async function withLatest(client: CodePipelineClient, name: string, version: number): Promise<Listed[]> {
  try {
    const runs = await client.send(new ListPipelineExecutionsCommand({ pipelineName: name, maxResults: 1 }));
    const latest = runs.pipelineExecutionSummaries?.[0];
    return [{ name, version, ...(latest ? { latest } : {}) }];
  } catch (error) {
    if (error instanceof PipelineNotFoundException) return [];
    throw error;
  }
}
