import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import type { ActionClass } from '../domain/action-type.ts';

const client = new LambdaClient({});

/** Function names by class of action. */
const functionNames: Readonly<Record<ActionClass, string>> = {
  git: process.env['GIT_FUNCTION'] ?? '',
  s3: process.env['S3_FUNCTION'] ?? '',
  build: process.env['BUILD_FUNCTION'] ?? '',
  approval: process.env['APPROVAL_FUNCTION'] ?? '',
};

/** Hands a request to the function that carries out a class of actions; Lambda keeps and retries it. */
export async function askActionFunction(of: ActionClass, payload: object): Promise<void> {
  await client.send(
    new InvokeCommand({
      FunctionName: functionNames[of],
      InvocationType: 'Event',
      Payload: Buffer.from(JSON.stringify(payload)),
    }),
  );
}
