import { createHash } from 'node:crypto';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { readConnection } from '../aws/connection-record.ts';
import { secretValue } from '../aws/secret.ts';
import type { ConnectionKind } from '../domain/connection.ts';
import type { GitEvent } from '../domain/git-event.ts';
import { bitbucketEvents } from '../domain/host-events/bitbucket.ts';
import { githubEvents } from '../domain/host-events/github.ts';
import { gitlabEvents } from '../domain/host-events/gitlab.ts';
import { parseJson } from '../lambda/bounded-json.ts';
import { canBeUnguessable } from '../lambda/given.ts';
import { http, json, rawBody } from '../lambda/http.ts';
import { takeDelivery } from './delivery.ts';
import { type Told, takeEvent } from './git-events.ts';
import { webhookAsker } from './recorded-start.ts';
import { isAuthentic, isPossible, notJson, unsigned } from './signature.ts';

/** What cannot be a connection's id, a webhook's URL or a signature costs no read of the table. */
const possibleName = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
/** What reaches a function is 6 MB at most, and what is not text comes in base64. */
const largestBody = 4 * 1024 * 1024;

/**
 * POST /webhooks/{name}: at a connection's id a host tells of a push or a pull request, anything else is for a webhook (v1). Nothing of the
 * body is read before the request has shown whose it is. The same body starts a pipeline once: the delivery header is not covered by the
 * signature and does not count.
 */
export const handler = http('Webhook', async (event, given) => {
  const name = event.pathParameters?.['name'] ?? '';
  const { headers } = event;
  const isUrlOfWebhook = canBeUnguessable(name);
  if (!isUrlOfWebhook && (!possibleName.test(name) || !isPossible(headers))) return unsigned();
  const body = rawBody(event);
  if (body.length > largestBody)
    return json(413, { message: `The body has ${body.length} bytes; at most ${largestBody} are read.` });
  if (isUrlOfWebhook) return takeDelivery(name, event, body, given);
  const connection = await readConnection(name);
  if (!connection) return unsigned();
  if (!isAuthentic(connection.kind, await secretValue(connection.webhookSecret), headers, body)) return unsigned();
  if (headers['x-github-event'] === 'ping') return json(200, { message: 'pong' });

  const events = read(connection.kind, headers, body);
  if (events.length === 0)
    return json(202, { started: [], message: 'Only pushes of branches and tags, and pull requests, start pipelines.' });
  const digest = createHash('sha256').update(body).digest('hex');
  const started: Told[] = [];
  for (const [index, each] of events.entries()) {
    const token = each.sameAs ?? (index === 0 ? digest : `${digest} ${index}`);
    const asker = webhookAsker(event, connection.id);
    started.push(...(await takeEvent({ connection, event: each, token, asker, place: index }, given)));
  }
  return json(202, { started });
});

/** What the host tells of. What no pipeline can be started by is not even parsed. */
function read(kind: ConnectionKind, headers: APIGatewayProxyEventV2['headers'], body: Buffer): readonly GitEvent[] {
  switch (kind) {
    case 'GitHub': {
      const name = headers['x-github-event'] ?? '';
      return name === 'push' || name === 'pull_request' ? githubEvents(name, parseJson(body, notJson)) : [];
    }
    case 'GitLab':
      return gitlabEvents(parseJson(body, notJson));
    case 'Bitbucket':
      return bitbucketEvents(headers['x-event-key'] ?? '', parseJson(body, notJson));
  }
}
