import { Readable } from 'node:stream';
import type { StepFunctionsService } from '../../../local/step-functions/step-functions.ts';

const caller = { arn: 'arn:aws:iam::000000000000:root', account: '000000000000', accessKeyId: 'test' };

/** Calls an operation of Step Functions as a client does; answers its output, or its error with `__type`. */
export async function askStepFunctions(
  service: StepFunctionsService,
  operation: string,
  input: object,
): Promise<Record<string, unknown>> {
  const { body } = await service.handle({
    method: 'POST',
    path: '/',
    query: new URLSearchParams(),
    headers: { 'x-amz-target': `AWSStepFunctions.${operation}` },
    body: Readable.from([Buffer.from(JSON.stringify(input))]),
    caller,
    requestId: 'r',
  });
  return JSON.parse(String(body)) as Record<string, unknown>;
}
