import { createHash } from 'node:crypto';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { type Follower, listFollowers, readConnection } from '../aws/connection-record.ts';
import { secretValue } from '../aws/secret.ts';
import type { Connection } from '../domain/connection.ts';
import { githubPush, type Push } from '../domain/push.ts';
import { Refusal } from '../domain/refusal.ts';
import type { Trigger } from '../domain/run.ts';
import { parseJson } from '../lambda/bounded-json.ts';
import { canBeUnguessable, type Given } from '../lambda/given.ts';
import { http, json, rawBody } from '../lambda/http.ts';
import { takeDelivery } from './delivery.ts';
import { startRecorded } from './recorded-start.ts';
import { isSignedBy, notJson, possibleSignature, unsigned } from './signature.ts';

/** What cannot be a connection's id, a webhook's URL or a signature costs no read of the table. */
const possibleName = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
/** What reaches a function is 6 MB at most, and what is not text comes in base64. */
const largestBody = 4 * 1024 * 1024;

/**
 * POST /webhooks/{name}: at a connection's id a host tells of a push, anything else is for a webhook (v1). Nothing of the body is read
 * before its signature is verified. The same signed body starts a pipeline once: the delivery header is not covered by the signature
 * and does not count.
 */
export const handler = http('Webhook', async (event, given) => {
  const name = event.pathParameters?.['name'] ?? '';
  const signature = event.headers['x-hub-signature-256'] ?? '';
  const isUrlOfWebhook = canBeUnguessable(name);
  if (!isUrlOfWebhook && (!possibleName.test(name) || !possibleSignature.test(signature))) return unsigned();
  const body = rawBody(event);
  if (body.length > largestBody)
    return json(413, { message: `The body has ${body.length} bytes; at most ${largestBody} are read.` });
  if (isUrlOfWebhook) return takeDelivery(name, event, body, given);
  const connection = await readConnection(name);
  if (!connection || !(await isSigned(connection, body, signature))) return unsigned();
  if (event.headers['x-github-event'] === 'ping') return json(200, { message: 'pong' });
  if (event.headers['x-github-event'] !== 'push')
    return json(202, { started: [], message: 'Only pushes start pipelines.' });

  const push = githubPush(parseJson(body, notJson));
  if (!push) return json(202, { started: [], message: 'Only pushes to a branch start pipelines.' });
  const followers = await listFollowers(connection.id, push.repository);
  const digest = createHash('sha256').update(body).digest('hex');
  const concerned = followers.filter(({ branch }) => branch === push.branch);
  const starts = await Promise.allSettled(
    concerned.map((follower, index) => start(follower, connection, push, digest, { event, number: index + 1 }, given)),
  );
  const fault = starts.find((each) => each.status === 'rejected');
  if (fault) throw fault.reason;
  return json(202, { started: starts.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : [])) });
});

async function isSigned({ webhookSecret }: Connection, body: Buffer, signature: string): Promise<boolean> {
  return isSignedBy(await secretValue(webhookSecret), body, signature);
}

/** A pipeline that cannot be started does not keep the others from starting: a refusal is told, a fault thrown when all have tried. */
async function start(
  { pipelineName, action }: Follower,
  connection: Connection,
  push: Push,
  digest: string,
  asked: { readonly event: APIGatewayProxyEventV2; readonly number: number },
  given: Given,
): Promise<object> {
  const trigger = triggerOf(connection, push);
  const sourceOverrides = [{ actionName: action, revisionType: 'COMMIT_ID' as const, revisionValue: push.commitId }];
  const token = `push ${action} ${digest}`;
  try {
    const { repository, branch, commitId } = push;
    const told = { connection: connection.arn, repository, branch, commitId, action };
    const start = { pipelineName, trigger, variables: [], sourceOverrides, token };
    const { run } = await startRecorded({ ...asked, webhook: connection.id, told, start }, given);
    return { pipeline: pipelineName, pipelineExecutionId: run };
  } catch (error) {
    if (error instanceof Refusal) return { pipeline: pipelineName, refused: error.message };
    throw error;
  }
}

function triggerOf({ arn, kind }: Connection, push: Push): Trigger {
  return { type: 'WebhookV2', detail: arn, git: { ...push, providerType: kind, connectionArn: arn } };
}
