import { DescribeStateMachineCommand, type HistoryEvent } from '@aws-sdk/client-sfn';
import { beginning, decision, stepEvents } from '../../../functions/domain/history-budget.ts';
import { until } from '../passing.ts';
import { had, holds, NotSeen, type Probe, probe } from '../probe.ts';
import { historyOf, payloadsOf, type RunSeen } from '../runs.ts';

/** Entered and left "Closed", and the end of the execution. */
const ending = 3;
const noConcurrency = "the local stack's Lambda takes no PutFunctionConcurrency";

const sweeps = 'its sweeper cannot be stopped, and times out before the machine does';

/** What the histories of the walk's executions answer. */
export const stepFunctionsProbes: readonly Probe[] = [
  probe({
    id: 'sfn-retry-count',
    notLocal: noConcurrency,
    look: ({ seen }) => {
      const entered = decisions(had(seen.throttled, 'the run without concurrency'));
      return entered.filter(({ entry }) => entry === 1).map(({ invocation, token }) => ({ invocation, token }));
    },
    judge: (tries) =>
      holds(
        tries.length > 1 &&
          tries.every(({ invocation }, index) => invocation === index) &&
          new Set(tries.map(({ token }) => token)).size === tries.length,
        `Decide was invoked as ${tries.map(({ invocation }) => invocation).join(', ')} with ${new Set(tries.map(({ token }) => token)).size} tokens`,
      ),
  }),
  probe({
    id: 'sfn-timeout-expression',
    notLocal: sweeps,
    look: ({ seen }) => {
      const { status, history } = had(seen.late, 'the end of the late approval');
      const end = history.find(({ type }) => type === 'TaskTimedOut');
      const begin = history.findLast(({ type, id = 0 }) => type === 'TaskScheduled' && id < (end?.id ?? 0));
      const seconds = ((end?.timestamp?.getTime() ?? 0) - (begin?.timestamp?.getTime() ?? 0)) / 1000;
      return { status, timedOut: end !== undefined, seconds };
    },
    judge: ({ status, timedOut, seconds }) =>
      holds(
        timedOut && status === 'Failed' && seconds >= 299 && seconds <= 400,
        timedOut
          ? `timed out after ${seconds.toFixed(0)} s; the run is ${status}`
          : `not timed out; the run is ${status}`,
      ),
  }),
  probe({
    id: 'sfn-timeout-year',
    async look({ account, stack }) {
      const stateMachineArn = stack.outputs['StateMachineArn'];
      const { status, definition = '' } = await account.sfn.send(new DescribeStateMachineCommand({ stateMachineArn }));
      return { status, year: /"TimeoutSeconds":\s*31536000\b/.test(definition) };
    },
    judge: ({ status, year }) =>
      holds(
        status === 'ACTIVE' && year,
        `the machine is ${status} ${year ? 'with' : 'without'} TimeoutSeconds 31536000`,
      ),
  }),
  probe({
    id: 'sfn-caught-assign',
    notLocal: sweeps,
    look: ({ seen }) => {
      const late = had(seen.late, 'the end of the late approval');
      const settled = payloadsOf(late.history).find((payload) => 'error' in payload);
      return {
        entries: decisions(late).map(({ entry }) => entry),
        settled: settled === undefined ? [] : Object.keys(settled).sort(),
        error: settled?.['error'],
      };
    },
    judge: ({ entries, settled, error }) =>
      holds(
        entries.length > 2 &&
          entries.every((entry, index) => entry === index + 1) &&
          settled.join() === 'cause,error,id' &&
          error === 'States.Timeout',
        `Settle action was given ${settled.join(', ') || 'nothing'} (${error}); Decide was entered as ${entries.join(', ')}`,
      ),
  }),
  probe({
    id: 'sfn-map-variables',
    look: ({ seen }) => {
      const run = had(seen.first, 'the first run');
      return {
        items: run.history.filter(({ type }) => type === 'MapIterationStarted').length,
        statuses: run.actions.filter(({ stageName }) => stageName === 'Source').map(({ status }) => status),
      };
    },
    judge: ({ items, statuses }) =>
      holds(
        items === 2 && statuses.length === 2 && statuses.every((status) => status === 'Succeeded'),
        `a stage of two ran as ${items} items of the Map: ${statuses.join(', ')}`,
      ),
  }),
  probe({
    id: 'sfn-task-failed',
    notLocal: noConcurrency,
    look: ({ seen }) => {
      const { history, actions } = had(seen.throttled, 'the run without concurrency');
      return { errors: errorsIn(history), actions: actions.map(({ actionName }) => actionName) };
    },
    judge: ({ errors, actions }) =>
      holds(
        errors.some((error) => error.startsWith('Lambda.')) && actions.includes('Review'),
        `Lambda refused with ${[...new Set(errors)].join(', ') || 'nothing'}; the run went on to ${actions.at(-1) ?? 'nothing'}`,
      ),
  }),
  probe({
    id: 'sfn-map-41',
    look: ({ seen }) => had(seen.wide, 'fifty approvals'),
    judge: ({ before, after }) =>
      holds(before === 40 && after === 1, `${before} of fifty were open; after one answer ${after} more`),
  }),
  probe({
    id: 'sfn-history-events',
    async look(walk) {
      const { id } = had(walk.seen.first, 'the first run');
      // The run is over before its execution is.
      const history = await until(
        `the end of the execution ${id}`,
        async () => {
          const events = await historyOf(walk, id);
          return events.at(-1)?.type?.startsWith('Execution') ? events : undefined;
        },
        60,
      );
      if (errorsIn(history).length > 0)
        throw new NotSeen('tasks of the run were retried, which the budget does not count');
      const count = (type: string) => history.filter((event) => event.type === type).length;
      const steps = stepEvents(2) + 3 * stepEvents(1);
      return {
        events: history.length,
        // A task that is answered before it is noted as submitted is never noted so.
        unnoted: count('TaskScheduled') - count('TaskSubmitted'),
        counted: beginning + decisions({ history }).length * decision + steps + ending,
      };
    },
    judge: ({ events, unnoted, counted }) =>
      holds(
        events + unnoted === counted,
        `${events} events, and ${unnoted} of tasks that were answered at once; history-budget.ts counts ${counted}`,
      ),
  }),
  probe({
    id: 'sfn-start-idempotent',
    look: ({ seen }) => {
      const { open, ended } = had(seen.again, 'a second start of a run');
      return { open, ended: had(ended, 'a second start of an ended run') };
    },
    judge: ({ open, ended }) =>
      holds(
        open === 'the same execution' && ended === 'ExecutionAlreadyExists',
        `while open: ${open}; when ended: ${ended}`,
      ),
  }),
  probe({
    id: 'sfn-status-change-input',
    async look({ seen, watch }) {
      const { id, status } = had(seen.stopped, 'the stopped run');
      const input = await watch
        .find(
          'the event of the stopped execution',
          (watched) => {
            if (watched.topic !== undefined || watched.event.source !== 'aws.states') return undefined;
            const { name, status: now, input: given } = watched.event.detail;
            return name === id && now === 'ABORTED' ? String(given) : undefined;
          },
          60,
        )
        .catch(() => undefined);
      return { status, input, run: id };
    },
    judge: ({ status, input, run }) =>
      holds(
        status === 'Failed' && input?.includes(run) === true,
        `the stopped run is ${status}; ${input === undefined ? 'no event of it came' : `its event has the input ${input}`}`,
      ),
  }),
];

function decisions({ history }: Pick<RunSeen, 'history'>) {
  return payloadsOf(history).flatMap(({ run, entry, invocation, token }) =>
    run === undefined || entry === undefined ? [] : [{ entry, invocation, token }],
  );
}

function errorsIn(history: readonly HistoryEvent[]): readonly string[] {
  return history.flatMap(
    ({
      taskFailedEventDetails: failed,
      taskSubmitFailedEventDetails: refused,
      taskStartFailedEventDetails: unstarted,
    }) => [failed?.error, refused?.error, unstarted?.error].filter((error) => error !== undefined),
  );
}
