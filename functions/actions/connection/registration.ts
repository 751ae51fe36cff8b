import { readConnection } from '../../aws/connection-record.ts';
import { loadDefinition } from '../../aws/definitions.ts';
import type { RegistrationAnswer, RegistrationRequest } from '../../aws/functions.ts';
import { readSummary } from '../../aws/pipeline-record.ts';
import { privateHosts } from '../../aws/private-hosts.ts';
import { secretValue } from '../../aws/secret.ts';
import { readListener } from '../../aws/webhook-record.ts';
import { connectionId, isConnectionSource } from '../../domain/connection.ts';
import { sourceAction, type WebhookDefinition } from '../../domain/webhook.ts';
import { Failure } from '../../engine/work.ts';
import { task } from '../../lambda/task.ts';
import { type HookHost, registerHook, removeHook } from './host-hooks.ts';

export type Registration = RegistrationRequest;

/** Has the host of a webhook's repository call its URL, or call it no more. Doing so twice is doing it once. */
export const registration = task(
  'Registration',
  ({ webhook, wanted }: Registration) => ({ webhook, wanted }),
  async ({ webhook, url, wanted }): Promise<RegistrationAnswer> => {
    const listener = await readListener(webhook);
    if (!listener) return { failed: { code: 'ConfigurationError', message: 'The webhook was deleted meanwhile.' } };
    try {
      const host = await hostOf(listener.definition);
      const { SecretToken: secret } = listener.definition.authenticationConfiguration;
      if (wanted === 'registered') await registerHook(host, { url, ...(secret === undefined ? {} : { secret }) });
      else await removeHook(host, url);
      return {};
    } catch (error) {
      if (error instanceof Failure) return { failed: { code: error.code, message: error.message } };
      throw error;
    }
  },
);

/** Where the repository of a webhook's source action is, and the token that manages it. */
async function hostOf({ targetPipeline, targetAction }: WebhookDefinition): Promise<HookHost> {
  const summary = await readSummary(targetPipeline);
  const action = summary && sourceAction(await loadDefinition(summary.id, summary.version), targetAction);
  if (!action) throw cannot(`Pipeline '${targetPipeline}' has no source action '${targetAction}'.`);
  const { ConnectionArn = '', FullRepositoryId = '' } = action.configuration ?? {};
  const id = isConnectionSource(action.actionTypeId) ? connectionId(ConnectionArn) : undefined;
  if (id === undefined)
    throw cannot(`Source action '${targetAction}' is not behind a connection: make the webhook at its host by hand.`);
  const { api, credentialSecret, kind = 'GitHub' } = (await readConnection(id)) ?? {};
  if (kind !== 'GitHub')
    throw cannot(`Webhooks are registered with GitHub, not with ${kind}: make the webhook there by hand.`);
  if (api === undefined || credentialSecret === undefined)
    throw cannot(`The connection ${ConnectionArn} has no API and token of its host: make the webhook there by hand.`);
  const token = await secretValue(credentialSecret);
  return { api, repository: FullRepositoryId, token, network: { allowed: privateHosts } };
}

function cannot(message: string): Failure {
  return new Failure('ConfigurationError', message);
}
