import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AnsweredCall } from '../../local/gateway/options.ts';
import { recorderFromEnvironment } from '../../scripts/walk/recorder.ts';
import { startTestStack, type TestStack } from '../end-to-end/stack.ts';
import { alike } from './api-walk/alike.ts';
import type { Seen } from './api-walk/client.ts';
import { expected } from './api-walk/expected.ts';
import { walk } from './api-walk/walk.ts';
import { type Walker, walkers } from './api-walk/walkers.ts';

/** The operations of the walk: a step of the client's begins with its name. S3's are left out. */
const operations = Object.keys(expected)
  .map((step) => step.split(',')[0] ?? '')
  .filter((name) => /^[A-Z]/.test(name) && !['GetObject', 'PutObject'].includes(name));

type Walked = Readonly<Record<string, Seen>>;

const calls: AnsweredCall[] = [];
const walks = new Map<string, Promise<Walked>>();
let test: TestStack;

/** All walk in the same stack, at once. */
beforeAll(async () => {
  test = await startTestStack({ recorder: recordingCalls() });
  for (const walker of walkers) walks.set(walker.name, walkBy(walker));
  await Promise.allSettled(walks.values());
}, 600_000);
afterAll(() => test?.close());

/** Keeps the calls, and tells them to the recorder of the environment. */
function recordingCalls() {
  const { recorder } = recorderFromEnvironment();
  return {
    call: (call: AnsweredCall) => {
      calls.push(call);
      recorder?.call(call);
    },
    event: recorder?.event ?? (() => undefined),
    access: recorder?.access ?? (() => undefined),
  };
}

async function walkBy({ id, open }: Walker): Promise<Walked> {
  const since = Date.now();
  const folder = join(test.folder, id);
  await mkdir(folder);
  const client = await open(test.stack.endpoint, folder);
  try {
    return alike(await walk(test, client, id), { id, since });
  } finally {
    await client.close();
  }
}

describe.each(walkers)('$name, unmodified, walks the API', ({ name, userAgent, contentType }) => {
  it('to its end', async () => {
    const seen = await walks.get(name);

    expect(seen?.['stopped']).toBeUndefined();
    expect(Object.keys(seen ?? {})).toEqual(Object.keys(expected));
  });

  it.each(Object.keys(expected))('%s', async (step) => {
    const seen = await walks.get(name);

    expect(seen?.[step]).toMatchObject(expected[step] ?? {});
  });

  it('and reads in its answers what the others read', async () => {
    const [first = ''] = walks.keys();

    expect(await walks.get(name)).toEqual(await walks.get(first));
  });

  it('by itself, over its protocol', async () => {
    await walks.get(name);
    const own = calls.filter(
      ({ headers }) => userAgent.test(headers['user-agent'] ?? '') && headers['content-type'] === contentType,
    );

    expect(own.map(({ operation }) => operation)).toEqual(expect.arrayContaining(operations));
  });
});
