import type { FrontDoor } from './front-door.ts';
import { answerOf, errorOf, eventOf, type ProtocolName, requestFor } from './wire.ts';

/** A declaration that is accepted: an S3 source, an approval, a deployment to S3. */
export function declaration(name: string) {
  const type = (category: string, provider: string) => ({ category, owner: 'AWS', provider, version: '1' });
  return {
    name,
    roleArn: 'arn:aws:iam::000000000000:role/pipelines',
    artifactStore: { type: 'S3', location: 'artifacts' },
    stages: [
      {
        name: 'Source',
        actions: [
          {
            name: 'Fetch',
            actionTypeId: type('Source', 'S3'),
            configuration: { S3Bucket: 'a-source', S3ObjectKey: 'site.zip', PollForSourceChanges: 'false' },
            outputArtifacts: [{ name: 'Site' }],
          },
        ],
      },
      { name: 'Approve', actions: [{ name: 'Review', actionTypeId: type('Approval', 'Manual') }] },
      {
        name: 'Deploy',
        actions: [
          {
            name: 'Publish',
            actionTypeId: type('Deploy', 'S3'),
            configuration: { BucketName: 'a-site', Extract: 'true' },
            inputArtifacts: [{ name: 'Site' }],
          },
        ],
      },
    ],
  };
}

/** The answer of an operation; throws what is not success, with its code as the name. */
export async function call(
  door: FrontDoor,
  operation: string,
  input: object,
  protocol: ProtocolName = 'JSON',
): Promise<Readonly<Record<string, unknown>>> {
  const answer = answerOf(await door.api(eventOf(requestFor(operation, input, protocol, null))));
  if (answer.status === 200) return answer.value as Readonly<Record<string, unknown>>;
  const { code, message } = errorOf(answer);
  throw Object.assign(new Error(message), { name: code, status: answer.status });
}
