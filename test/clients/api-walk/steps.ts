import { waitFor } from '../../../scripts/walk/wait-for.ts';
import type { Call, Seen, SessionKeys, WalkClient } from './client.ts';

type Output = Seen['output'];

/** The steps of a walk: each is a call, of which what the client saw is kept under the step's name. */
export interface Steps {
  readonly seen: Readonly<Record<string, Seen>>;
  /** Takes a step that CodePipeline answers. Throws when it refuses. */
  take(step: string, input: object): Promise<Output>;
  /** Takes a step again and again, until the answer is the one waited for; keeps that one. */
  until(step: string, input: object, awaited: (output: Output) => unknown): Promise<Output>;
  /** Takes a step that CodePipeline refuses. */
  refused(step: string, input: object): Promise<void>;
  /** Takes a step to S3, by the keys of a job. */
  store(step: string, input: object, credentials: SessionKeys): Promise<Output>;
  /** Keeps what somebody else than the client saw. */
  note(step: string, output: Output): void;
}

/** Steps by a client. A step begins with the name of its operation: `GetPipelineState, at the approval`. */
export function stepsOf(client: WalkClient, seconds = 120): Steps {
  const seen: Record<string, Seen> = {};
  const call = async (step: string, more: Pick<Call, 'service' | 'input' | 'credentials'>): Promise<Seen> => {
    const [operation = ''] = step.split(',');
    seen[step] = await client.call({ operation, ...more });
    return seen[step];
  };
  const answered = async (step: string, more: Parameters<typeof call>[1]): Promise<Output> => {
    const { output, error } = await call(step, more);
    if (error === undefined) return output;
    throw new Error(`${step} was refused: ${error.type}: ${error.message}`);
  };
  const take: Steps['take'] = (step, input) => answered(step, { service: 'codepipeline', input });
  return {
    seen,
    take,
    until: (step, input, awaited) =>
      waitFor(
        step,
        async () => {
          const output = await take(step, input);
          return awaited(output) ? output : undefined;
        },
        seconds,
      ),
    refused: async (step, input) => void (await call(step, { service: 'codepipeline', input })),
    store: (step, input, credentials) => answered(step, { service: 's3', input, credentials }),
    note: (step, output) => {
      seen[step] = { output };
    },
  };
}
