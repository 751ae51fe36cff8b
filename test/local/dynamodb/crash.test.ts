import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { expect, test } from 'vitest';
import { createRuns, openStack, type Stack } from './stack.ts';

const WRITER = new URL('./crash-writer.ts', import.meta.url).pathname;

/** Lets a process write until it has been answered `answers` times, kills it, and says which writes were answered. */
async function writeUntilKilled(dir: string, first: number, answers: number): Promise<number[]> {
  const writer = spawn(process.execPath, [WRITER, dir, String(first)], { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = once(writer, 'exit');
  const lines: string[] = [];
  for await (const line of createInterface(writer.stdout)) {
    lines.push(line);
    if (lines.length === answers) writer.kill('SIGKILL');
  }
  await ended;
  return lines.map(Number);
}

async function sortKeys({ documents }: Stack, pk: string): Promise<string[]> {
  const { Items = [] } = await documents.query({
    TableName: 'runs',
    KeyConditionExpression: 'pk = :pk',
    ExpressionAttributeValues: { ':pk': pk },
  });
  return Items.map((item) => item['sk'] as string);
}

test('what was answered survives SIGKILL, and each transaction is whole or absent', async () => {
  let stack = await openStack();
  const { streamArn } = await createRuns(stack, 'NEW_IMAGE');
  await stack.close();
  const answered: number[] = [];

  for (let round = 0; round < 4; round++) {
    answered.push(...(await writeUntilKilled(stack.dir, round * 1_000_000, 37 + 61 * round)));
    stack = await openStack(stack.dir);

    const left = await sortKeys(stack, 'left');
    const right = await sortKeys(stack, 'right');
    const counter = await stack.documents.get({ TableName: 'runs', Key: { pk: 'count', sk: '0' } });
    const indexed = await stack.documents.scan({ TableName: 'runs', IndexName: 'by-author', Select: 'COUNT' });
    const records = stack.service.readStream(streamArn, 0, 1_000_000);
    await stack.close();

    expect(answered.filter((n) => !left.includes(String(n)))).toEqual([]);
    expect(right).toEqual(left);
    expect(counter.Item?.['n']).toBe(left.length);
    expect(indexed.Count).toBe(2 * left.length);
    expect(records).toHaveLength(3 * left.length);
  }
});
