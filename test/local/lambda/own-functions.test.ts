import { afterEach, beforeEach, expect, test } from 'vitest';
import type { LambdaService } from '../../../local/lambda/lambda.ts';
import { zipped } from '../../actions/zips.ts';
import { ROLE, Surroundings, serve } from './stage.ts';

let stage: Surroundings;
let lambda: LambdaService;
beforeEach(() => {
  stage = new Surroundings();
  lambda = stage.open();
});
afterEach(() => stage.close());

const settings = { FunctionName: 'judge', Runtime: 'nodejs24.x', Handler: 'index.handler', Role: ROLE };

async function create(more: object = {}) {
  const zip = await zipped({ 'index.mjs': 'export const handler = async () => process.env.WORD;' });
  await using server = await serve(lambda);
  const body = JSON.stringify({ ...settings, Code: { ZipFile: zip.toString('base64') }, ...more });
  const answer = await fetch(`${server.url}/functions`, { method: 'POST', body });
  return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
}

test('a function that was made is there after a restart', async () => {
  const made = await create({ Environment: { Variables: { WORD: 'yes' } }, Timeout: 5, Tags: { team: 'web' } });
  await lambda.close();
  lambda = stage.open();

  const { payload } = await lambda.invoke('judge', '{}');

  expect(made).toMatchObject({ status: 201, body: { FunctionName: 'judge', Timeout: 5, State: 'Active' } });
  expect(payload).toBe('"yes"');
});

test.each([
  [{ FunctionName: '../judge' }, "'../judge' cannot be a function's name"],
  [{ Publish: true }, 'no versions of functions'],
  [{ Code: { S3Bucket: 'b' } }, 'from Code.ZipFile alone'],
  [{ Code: { ZipFile: 'bm8gemlw' } }, 'Could not unzip'],
  [{ Runtime: 'python3.13' }, 'no runtime python3.13'],
  [{ Handler: 'app.handler' }, 'There is no'],
  [{ Layers: ['a'] }, 'no property Layers'],
])('%o is refused', async (more, message) => {
  const { status, body } = await create(more);

  expect(status).toBe(400);
  expect(body['message']).toContain(message);
});
