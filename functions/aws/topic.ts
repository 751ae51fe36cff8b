import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import type { Access } from './roles.ts';

const client = new SNSClient({});

/** A message to a topic; `email` is what e-mail subscribers get instead of `body`. */
export interface Message {
  readonly subject: string;
  readonly body: string;
  readonly email: string;
}

const subjectLimit = 100;

/** Publishes to a topic, as the function itself or as a role. */
export async function publishTo(topicArn: string, { subject, body, email }: Message, access?: Access): Promise<void> {
  const as = access ? new SNSClient({ region: access.region, credentials: access.credentials }) : client;
  await as.send(
    new PublishCommand({
      TopicArn: topicArn,
      Subject: subjectOf(subject),
      MessageStructure: 'json',
      Message: JSON.stringify({ default: body, email }),
    }),
  );
}

/** SNS takes ASCII subjects of up to 100 characters without control characters. */
function subjectOf(text: string): string {
  return text.replace(/[^\x20-\x7e]/g, '?').slice(0, subjectLimit);
}
