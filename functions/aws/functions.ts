import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import type { ActionClass } from '../domain/action-type.ts';

const client = new LambdaClient({});

/** Functions by class of action: of those alone whose actions go on at a provider, or go on from a cursor, after their function has ended. */
const functionNames: Readonly<Partial<Record<ActionClass, string | undefined>>> = {
  s3: process.env['S3_FUNCTION'],
  build: process.env['BUILD_FUNCTION'],
};

/** Hands a request to the function that carries out a class of actions; Lambda keeps and retries it. */
export async function askActionFunction(of: ActionClass, payload: object): Promise<void> {
  const FunctionName = functionNames[of];
  if (FunctionName === undefined) throw new Error(`Nobody may be asked about actions of the class ${of}.`);
  await client.send(
    new InvokeCommand({
      FunctionName,
      InvocationType: 'Event',
      Payload: Buffer.from(JSON.stringify(payload)),
    }),
  );
}
