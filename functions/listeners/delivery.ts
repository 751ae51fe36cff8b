import { createHash } from 'node:crypto';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { loadDefinition } from '../aws/definitions.ts';
import { readSummary } from '../aws/pipeline-record.ts';
import { type Listener, noteError, noteTriggered, readListener } from '../aws/webhook-record.ts';
import { pipelineNotFound } from '../domain/not-found.ts';
import { Refusal } from '../domain/refusal.ts';
import { fits, hasPlaceholder, isAllowedFrom, sourceAction, type WebhookDefinition } from '../domain/webhook.ts';
import { parseJson } from '../lambda/bounded-json.ts';
import { type Given, timeOrderedId } from '../lambda/given.ts';
import { json } from '../lambda/http.ts';
import { startRecorded, webhookAsker } from './recorded-start.ts';
import { isSignedBy, notJson, possibleSignature, unsigned } from './signature.ts';

/**
 * A request to the URL of a webhook (v1). Nothing of the body is read before the request has shown what the webhook's authentication
 * demands. What does not fit the filters is answered and starts nothing; the same body starts the pipeline once within a day.
 */
export async function takeDelivery(
  urlId: string,
  event: APIGatewayProxyEventV2,
  body: Buffer,
  given: Given,
): Promise<APIGatewayProxyStructuredResultV2> {
  const listener = await readListener(urlId);
  if (!listener || !isAuthentic(listener.definition, event, body)) return unsigned();
  if (event.headers['x-github-event'] === 'ping') return json(200, { message: 'pong' });
  const { definition } = listener;
  const payload = parseJson(body, notJson);
  try {
    if (!fits(definition.filters, payload, await configurationOf(definition, given)))
      return json(202, { message: 'The request does not fit the filters of this webhook: it is ignored.' });
    return json(202, { pipelineExecutionId: await start(urlId, listener, event, body, given) });
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    await noteError(definition.name, urlId, { code: error.code, message: error.message });
    return json(202, { message: 'The pipeline of this webhook could not be started: ListWebhooks says why.' });
  }
}

function isAuthentic(
  { authentication, authenticationConfiguration: { SecretToken, AllowedIPRange } }: WebhookDefinition,
  { headers, requestContext }: APIGatewayProxyEventV2,
  body: Buffer,
): boolean {
  switch (authentication) {
    case 'GITHUB_HMAC': {
      const signature = headers['x-hub-signature-256'] ?? '';
      return SecretToken !== undefined && possibleSignature.test(signature) && isSignedBy(SecretToken, body, signature);
    }
    case 'IP':
      return AllowedIPRange !== undefined && isAllowedFrom(requestContext.http.sourceIp, AllowedIPRange);
    case 'UNAUTHENTICATED':
      return true;
  }
}

/** The target action's configuration as it is now; read only where a filter names a member of it. */
async function configurationOf(
  { filters, targetPipeline, targetAction }: WebhookDefinition,
  { home }: Given,
): Promise<Readonly<Record<string, string>>> {
  if (!filters.some(hasPlaceholder)) return {};
  const summary = await readSummary(targetPipeline);
  if (!summary) throw pipelineNotFound(home.account, targetPipeline);
  return sourceAction(await loadDefinition(summary.id, summary.version), targetAction)?.configuration ?? {};
}

async function start(
  urlId: string,
  { definition: { name, targetPipeline, targetAction }, arn }: Listener,
  event: APIGatewayProxyEventV2,
  body: Buffer,
  given: Given,
): Promise<string> {
  const token = `webhook ${urlId} ${createHash('sha256').update(body).digest('hex')}`;
  const trigger = { type: 'Webhook', detail: arn } as const;
  const told = { webhook: arn, action: targetAction };
  const start = { pipelineName: targetPipeline, trigger, variables: [], sourceOverrides: [], token };
  const { run, isNew } = await startRecorded(
    { id: timeOrderedId(given.now), asker: webhookAsker(event, name), told, start },
    given,
  );
  if (isNew) await noteTriggered(name, urlId, given.now);
  return run;
}
