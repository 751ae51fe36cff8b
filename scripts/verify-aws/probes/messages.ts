import { DeleteMessageCommand, ReceiveMessageCommand } from '@aws-sdk/client-sqs';
import { logLines } from '../logs.ts';
import { until } from '../passing.ts';
import { had, holds, type Probe, probe } from '../probe.ts';
import type { Walk } from '../walk.ts';

/** What queue, topic, bus and schedule answer. */
export const messageProbes: readonly Probe[] = [
  probe({
    id: 'kms-dead-letters',
    look: async (walk) => ({ found: await deadLetter(walk, 'rule') }),
    judge: ({ found }) => holds(found !== undefined, found ?? 'no event of the refused rule lies in the queue'),
  }),
  probe({
    id: 'kms-function-dead-letters',
    look: async (walk) => ({ found: await deadLetter(walk, 'function') }),
    judge: ({ found }) => holds(found !== undefined, found ?? 'no event of the failing function lies in the queue'),
  }),
  probe({
    id: 'kms-approval-topic',
    async look({ watch, seen }) {
      const run = had(seen.first, 'the first run').id;
      const messages = (await watch.all()).filter(({ topic }) => topic !== undefined).length;
      const opened = had(seen.first, 'the first run').actions.some(({ actionName }) => actionName === 'Review');
      return { run, opened: had(opened || undefined, 'an approval'), messages };
    },
    judge: ({ messages }) =>
      holds(messages > 0, `${messages} messages of the encrypted topic came to the queue beside the mail`),
  }),
  probe({
    id: 'events-put-resources',
    async look({ watch, seen, account, names }) {
      had(seen.first, 'the first run');
      const arn = `arn:aws:codepipeline:${account.region}:${account.account}:${names.site}`;
      const caught = (await watch.all()).flatMap((watched) =>
        watched.topic === undefined && watched.event.source === 'sluice.codepipeline' ? [watched.event] : [],
      );
      return { all: caught.length, ours: caught.filter(({ resources }) => resources.includes(arn)).length };
    },
    judge: ({ all, ours }) =>
      holds(ours > 0, `a rule by resource caught ${all} events, ${ours} of them of the pipeline`),
  }),
  probe({
    id: 'scheduler-every-minute',
    notLocal: 'its clock is turned: how minutes follow one another says nothing',
    async look({ account, stack, began }) {
      const logGroupName = had(stack.resources['SweepLogs'], 'the log group of the sweeper');
      // The line with which Lambda begins an invocation.
      const lines = await logLines(account, logGroupName, { from: began, pattern: '"platform.start"' });
      const times = lines.map(({ time }) => time).sort((a, b) => a - b);
      const gaps = times.slice(1).map((time, index) => (time - (times[index] ?? time)) / 1000);
      return { gaps: had(gaps.length > 1 ? gaps : undefined, 'three minutes') };
    },
    judge: ({ gaps }) => {
      const middle = gaps.toSorted((a, b) => a - b)[Math.floor(gaps.length / 2)] ?? 0;
      return holds(
        middle >= 50 && middle <= 70 && Math.max(...gaps) < 130,
        `${gaps.length + 1} invocations; ${middle.toFixed(0)} s between two, ${Math.max(...gaps).toFixed(0)} s at most`,
      );
    },
  }),
];

/** Waits for a message of the walk in the stack's queue of dead letters, and takes it away; undefined if none comes. */
async function deadLetter({ account, stack, prefix }: Walk, of: 'rule' | 'function'): Promise<string | undefined> {
  const { sqs, time } = account;
  const QueueUrl = had(stack.resources['DeadLetters'], 'the queue of dead letters');
  const ask = { QueueUrl, MaxNumberOfMessages: 10, WaitTimeSeconds: 1, VisibilityTimeout: 3 };
  return until(
    'a dead letter',
    async () => {
      const { Messages = [] } = await sqs.send(new ReceiveMessageCommand(ask));
      const found = Messages.find(({ Body = '' }) =>
        of === 'function' ? Body === JSON.stringify(prefix) : Body.includes(prefix) && Body.includes('detail-type'),
      );
      // A function is tried again after a minute, and after two more.
      if (found === undefined) return time.pass(20).then(() => undefined);
      await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: found.ReceiptHandle }));
      return `a message lies there: ${found.Body?.slice(0, 80)}`;
    },
    420,
  ).catch((error: Error) => {
    if (error.message.startsWith('waited')) return undefined;
    throw error;
  });
}
