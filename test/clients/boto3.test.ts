import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestStack, type TestStack } from '../end-to-end/stack.ts';
import { type End, runToEnd } from './child.ts';
import { pythonProgram, userEnvironment } from './machine.ts';
import { s3Pipeline } from './s3-pipeline.ts';

describe.each(['json', 'smithy-rpc-v2-cbor'])('boto3, unmodified, sees by %s', (protocol) => {
  let test: TestStack;
  let end: End;

  beforeAll(async () => {
    test = await startTestStack();
    const file = join(test.folder, 'pipeline.json');
    await writeFile(file, JSON.stringify(s3Pipeline(test.stack, 'by-boto3')));
    const walk = [join(import.meta.dirname, 'walk.py'), test.stack.endpoint, file, protocol];
    end = await runToEnd(pythonProgram('python3'), walk, { cwd: test.folder, env: userEnvironment(test.folder) }, 170);
  });
  afterAll(() => test?.close());

  it.each([
    'CreatePipeline',
    'PutApprovalResult, rejecting',
    'GetPipeline',
    'UpdatePipeline',
    'ListPipelines, page by page',
    'StartPipelineExecution, once for one token',
    'GetPipelineState',
    'PutApprovalResult, approving once',
    'GetPipelineExecution',
    'ListPipelineExecutions, page by page',
    'ListActionExecutions, page by page',
    'the deployed file',
    'what is not there',
    'what the server itself refuses',
    'DeletePipeline, also of none',
  ])('%s', (what) => {
    expect(end.output.split('\n'), end.errors).toContain(what);
  });

  it('all of this to its end', () => {
    expect(end.errors).toBe('');
    expect(end.status).toBe(0);
  });
});
