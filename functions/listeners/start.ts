import type { Context } from 'aws-lambda';
import { keepDecisions, putDecision } from '../aws/decision-record.ts';
import { loadDefinition } from '../aws/definitions.ts';
import { readSummary } from '../aws/pipeline-record.ts';
import type { Decision } from '../domain/decision.ts';
import { pipelineNotFound } from '../domain/not-found.ts';
import { Refusal } from '../domain/refusal.ts';
import { concerned, pinnedBy, placeOf } from '../domain/source-event.ts';
import { acceptOverrides } from '../domain/source-override.ts';
import { pipelineOfAlias } from '../domain/start-alias.ts';
import { readStartInput, type StartInput } from '../domain/start-input.ts';
import { startedBy } from '../engine/known-revision.ts';
import { type Given, timeOrderedId } from '../lambda/given.ts';
import { task } from '../lambda/task.ts';
import { startRecorded } from './recorded-start.ts';

/** What came of it, for whoever calls the function and waits. */
type Answer = { readonly pipelineExecutionId: string } | { readonly refused: string };

interface Asked {
  /** What the target was given. */
  readonly input: unknown;
  /** The function as it was called: with the alias of a pipeline, or without. */
  readonly functionArn: string;
  readonly requestId: string;
}

/**
 * The target of rules and schedules that start pipelines: as CodePipeline's own target, the pipeline's ARN, is. By a pipeline's alias it
 * starts that one; called without an alias, the one that the input names. The same event starts a pipeline once, however often it comes.
 * What cannot start it is no fault: it is kept as the decision that it is.
 */
export const handler = (input: unknown, context: Context): Promise<Answer> =>
  act({ input, functionArn: context.invokedFunctionArn, requestId: context.awsRequestId }, context);

const act = task(
  'Start',
  ({ functionArn }: Asked) => ({ functionArn }),
  (asked: Asked, given): Promise<Answer> =>
    orRefused(decisionOf(asked, given), async () => {
      const input = readStartInput(asked.input);
      const decision = decisionOf(asked, given, input);
      return orRefused(decision, async () => {
        const pipelineName = pipelineFor(asked, input);
        const named = { ...decision, pipelineName };
        return orRefused(named, () => start(asked, input, named, given));
      });
    }),
);

/** What cannot start a pipeline is kept with its reason, once. */
async function orRefused(decision: Undecided, work: () => Promise<Answer>): Promise<Answer> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    await keepDecisions([{ ...decision, started: false, why: error.message }]);
    return { refused: error.message };
  }
}

async function start(
  { functionArn, requestId }: Asked,
  input: StartInput,
  undecided: Undecided & { readonly pipelineName: string },
  given: Given,
): Promise<Answer> {
  const { pipelineName, revision } = undecided;
  const summary = await readSummary(pipelineName);
  if (!summary) throw pipelineNotFound(given.home.account, pipelineName);
  const definition = await loadDefinition(summary.id, summary.version);
  const { change, event, eventId, rule = functionArn, sourceRevisions, variables } = input;
  const actions = change ? concerned(definition, change) : [];
  const pinned = change ? pinnedBy(change, actions, summary.executionMode === 'PARALLEL') : [];
  const isFetched = actions.length > 0 && change?.revision !== undefined;
  const decision = { ...undecided, ...(actions.length > 0 ? { action: namesOf(actions) } : {}) };
  const why = `${rule} starts the pipeline${change ? whatOf(actions.length, pinned.length) : ''}`;
  const id = timeOrderedId(given.now);
  const service = 'events.amazonaws.com';
  const { run, isNew } = await startRecorded(
    {
      id,
      asker: { requestId, caller: rule, sourceIp: service, userAgent: service },
      told: { event, revision },
      start: {
        pipelineName,
        trigger: { type: 'CloudWatchEvent', detail: rule, revision },
        variables,
        sourceOverrides: pinned.length > 0 ? pinned : acceptOverrides(definition, sourceRevisions),
        token: `event ${eventId ?? requestId}`,
        ...(isFetched ? { unless: (pipelineId: string) => startedBy(pipelineId, revision) } : {}),
        also: [putDecision({ ...decision, run: id, started: true, why })],
      },
    },
    given,
  );
  if (!isNew) {
    const again = `the same event${isFetched ? ', or another of the same revision,' : ''} came before, and started this run`;
    await keepDecisions([{ ...decision, started: false, run, why: again }]);
  }
  return { pipelineExecutionId: run };
}

function namesOf(actions: readonly { readonly name: string }[]): string {
  return actions.map(({ name }) => name).join(', ');
}

function whatOf(actions: number, pinned: number): string {
  if (actions === 0) return ', of which no source action fetches this';
  return pinned > 0 ? ' with this revision' : ' with what is newest then';
}

/** A rule that may call the alias of one pipeline alone can start no other. */
function pipelineFor({ functionArn }: Asked, { pipeline }: StartInput): string {
  const [, , , , , , , alias] = functionArn.split(':');
  if (alias === undefined || alias === '$LATEST') {
    if (pipeline !== undefined) return pipeline;
    throw new Refusal(
      'ValidationException',
      "The target is neither the alias of a pipeline nor does its input name one as 'pipeline'.",
    );
  }
  const named = pipelineOfAlias(alias);
  if (named === undefined) throw new Refusal('ValidationException', `The alias '${alias}' is that of no pipeline.`);
  if (pipeline !== undefined && pipeline !== named)
    throw new Refusal(
      'ValidationException',
      `The input names the pipeline '${pipeline}', and the alias is that of '${named}'.`,
    );
  return named;
}

type Undecided = Omit<Decision, 'started' | 'why'>;

/** What is kept of an event, as far as it could be read. */
function decisionOf(
  { functionArn, requestId }: Asked,
  { now }: Given,
  { change, rule, eventId, event, sourceRevisions }: Partial<StartInput> = {},
): Undecided {
  const by = rule ?? functionArn;
  return {
    id: timeOrderedId(now),
    at: now,
    revision: change?.revision ?? sourceRevisions?.[0]?.revisionValue ?? eventId ?? requestId,
    by,
    place: change ? placeOf(change) : by,
    event: event ?? 'an event',
  };
}
