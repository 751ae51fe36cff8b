import { GetExecutionHistoryCommand, SFNClient } from '@aws-sdk/client-sfn';
import { administrator } from '../local/sample/connection.ts';
import { report } from './measure.ts';
import { type BenchStack, runOnce, stagesOf } from './runs.ts';

/** List prices of us-east-1 in USD, from memory of 2026 (docs/unverified-on-aws.md): compared, not promised. */
const price = {
  transition: 0.000025,
  write: 0.000000625,
  read: 0.000000125,
  invocation: 0.0000002,
  gigabyteSecond: 0.0000133334,
  putObject: 0.000005,
  getObject: 0.0000004,
  event: 0.000001,
  schedule: 0.000001,
};
const codePipelineMinute = 0.002;
const gigabytes = 0.5;
const secondsAnInvocation = 0.1;

/** One run of 5 stages and 6 actions: what AWS would bill, beside CodePipeline V2; and a month in which nothing runs. */
export async function benchPrice(test: BenchStack, calls: Map<string, number>): Promise<void> {
  await runOnce(test, 'price-warm', stagesOf(2));
  calls.clear();
  const before = invocations(test);
  const run = await runOnce(test, 'price', stagesOf(1, 1, 2, 1));
  const invoked = invocations(test) - before;
  const used = [...calls].filter(([name]) => !/ by (client|Api)$/.test(name));
  const count = (pattern: RegExp) =>
    used.filter(([name]) => pattern.test(name)).reduce((sum, [, each]) => sum + each, 0);
  const transitions = await transitionsOf(test, run);
  const apiInvocations = [...calls]
    .filter(([name]) => name.startsWith('codepipeline'))
    .reduce((sum, [, each]) => sum + each, 0);
  const own = invoked - apiInvocations;
  // A transactional write of up to 1 KB is two units an item, and ours have two to three items; a consistent read of 4 KB is one.
  const writes = count(/TransactWriteItems/) * 5 + count(/UpdateItem|PutItem/);
  const reads = count(/GetItem|Query/) + count(/BatchGetItem/) * 2;
  const cost =
    transitions * price.transition +
    writes * price.write +
    reads * price.read +
    own * (price.invocation + price.gigabyteSecond * gigabytes * secondsAnInvocation) +
    count(/PutObject/) * price.putObject +
    count(/GetObject|HeadObject/) * price.getObject +
    count(/PutEvents/) * 4 * price.event;
  report('a 5-stage, 6-action run: transitions', String(transitions), '≤ 25', transitions <= 25);
  report('  invocations', String(own), '≤ 40', own <= 40);
  report('  requests of functions to AWS', String(used.reduce((sum, [, each]) => sum + each, 0)));
  report('  write units, read units (estimated)', `${writes}, ${reads}`);
  report('  price', `$${cost.toFixed(5)}`);
  report(
    '  and its start and approval by the API (audit records: two writes each)',
    `$${(2 * 2 * price.write).toFixed(7)}`,
  );
  report('  CodePipeline V2, 6 actions of under a minute', `$${(6 * codePipelineMinute).toFixed(5)}`);
  const minutes = 30 * 24 * 60;
  const idle =
    minutes *
      (price.schedule +
        price.invocation +
        price.gigabyteSecond * gigabytes * secondsAnInvocation +
        8 * price.read * 0.5) +
    1 +
    0.4;
  report('an idle month (sweeper, a KMS key, a secret)', `$${idle.toFixed(2)}`);
}

function invocations({ stack }: BenchStack): number {
  return [...stack.lambda.metrics.values()].reduce((sum, metric) => sum + metric.invocations, 0);
}

async function transitionsOf({ stack }: BenchStack, run: string): Promise<number> {
  const client = new SFNClient({ endpoint: stack.endpoint, region: stack.region, credentials: administrator });
  const executionArn = `${(stack.outputs['StateMachineArn'] ?? '').replace(':stateMachine:', ':execution:')}:${run}`;
  const { events = [] } = await client.send(new GetExecutionHistoryCommand({ executionArn, maxResults: 1000 }));
  return events.filter(({ type }) => type?.endsWith('StateEntered')).length;
}
