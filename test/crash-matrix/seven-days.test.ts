import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { CreatePipelineCommand, ListPipelineExecutionsCommand } from '@aws-sdk/client-codepipeline';
import { GetExecutionHistoryCommand, SFNClient } from '@aws-sdk/client-sfn';
import { expect, it } from 'vitest';
import { TurnableClock } from '../../local/clock.ts';
import { administrator } from '../../local/sample/connection.ts';
import { linkFor } from '../../scripts/walk/reviewer.ts';
import { objectSourceStage, putObjectSource } from '../end-to-end/build-pipeline.ts';
import { declare, endOf, startTestStack } from '../end-to-end/stack.ts';
import { type HistoryEvent, told } from './history.ts';

/** The machine's timer is a minute behind the deadline. */
const turned = (7 * 24 * 60 + 2) * 60_000;

/** In the world of the crash matrix, which has a process of its own. */
async function inTheWorld(): Promise<readonly HistoryEvent[]> {
  const program = join(import.meta.dirname, 'seven-days.ts');
  const { stdout } = await promisify(execFile)(process.execPath, [program, '1']);
  return (JSON.parse(stdout) as { history: readonly HistoryEvent[] }).history;
}

async function onTheLocalStack(): Promise<readonly HistoryEvent[]> {
  const clock = new TurnableClock();
  const test = await startTestStack({ clock });
  const { client, stack } = test;
  const { endpoint, region, outputs } = stack;
  const sfn = new SFNClient({ endpoint, region, credentials: administrator });
  try {
    await putObjectSource(test, 'pipeline', { 'a.txt': 'a' });
    const actionTypeId = { category: 'Approval', owner: 'AWS', provider: 'Manual', version: '1' } as const;
    const stages = [objectSourceStage('pipeline'), { name: 'Approve', actions: [{ name: 'Approve', actionTypeId }] }];
    await client.send(new CreatePipelineCommand({ pipeline: declare(stack, 'pipeline', stages) }));
    const { pipelineExecutionSummaries: [first] = [] } = await client.send(
      new ListPipelineExecutionsCommand({ pipelineName: 'pipeline' }),
    );
    const run = first?.pipelineExecutionId ?? '';
    await linkFor(endpoint, run);
    clock.turn(turned);
    await endOf(client, 'pipeline', run);
    const executionArn = `${outputs['StateMachineArn']?.replace(':stateMachine:', ':execution:')}:${run}`;
    const { events = [] } = await sfn.send(new GetExecutionHistoryCommand({ executionArn, maxResults: 1000 }));
    return JSON.parse(JSON.stringify(events)) as readonly HistoryEvent[];
  } finally {
    sfn.destroy();
    await test.close();
  }
}

it('has an approval that times out after seven days go the same way in the world as on the local stack', {
  timeout: 180_000,
}, async () => {
  const [world, stack] = await Promise.all([inTheWorld(), onTheLocalStack()]);

  expect(told(world)).toEqual(told(stack));
  expect(told(world).join('\n')).toContain('TaskTimedOut');
});
