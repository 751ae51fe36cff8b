import { readWebhook } from '../../../functions/aws/webhook-record.ts';
import { ask } from '../ask.ts';
import { type Case, create, world } from './world.ts';

const webhook = {
  name: 'hook',
  targetPipeline: 'web',
  targetAction: 'Fetch',
  filters: [{ jsonPath: '$.ref', matchEquals: 'refs/heads/main' }],
  authentication: 'GITHUB_HMAC',
  authenticationConfiguration: { SecretToken: 'the secret of a test' },
};
const team = [{ key: 'team', value: 'web' }];
const pipelineArn = 'arn:aws:codepipeline:us-east-1:123456789012:web';

async function put(): Promise<void> {
  await create();
  await ask('PutWebhook', { webhook });
  world.urlId = (await readWebhook('hook'))?.webhook.urlId ?? '';
}

/** A webhook whose registration failed before. */
async function refusedOnce(): Promise<object> {
  await put();
  world.place.host = { failed: { code: 'ConfigurationError', message: 'no' } };
  await ask('RegisterWebhookWithThirdParty', { webhookName: 'hook' });
  world.place.host = {};
  return { webhookName: 'hook' };
}

const registered = {
  arrange: refusedOnce,
  writes: ['InvokeCommand', 'Update'],
  effect: { webhooks: { output: { webhooks: [{ definition: { name: 'hook' } }] } } },
};

/** Operations on webhooks (v1), on tags, and revisions that are reported. */
export const ofWebhooks: Readonly<Record<string, Case>> = {
  PutWebhook: {
    arrange: async () => {
      await create();
      return { webhook, tags: team };
    },
    writes: ['Put hook', 'Put WEBHOOK', 'Update WEBHOOKS'],
    effect: {
      webhooks: {
        output: {
          webhooks: [{ definition: { ...webhook, authenticationConfiguration: { SecretToken: '****' } }, tags: team }],
        },
      },
      listener: { definition: webhook },
      webhookCount: { count: 1 },
    },
  },
  'PutWebhook of a name that is there': {
    arrange: async () => {
      await put();
      return { webhook: { ...webhook, authenticationConfiguration: { SecretToken: 'another secret' } }, tags: team };
    },
    writes: ['Put hook', 'Put WEBHOOK'],
    effect: {
      webhooks: { output: { webhooks: [{ tags: team }] } },
      listener: { definition: { authenticationConfiguration: { SecretToken: 'another secret' } } },
      webhookCount: { count: 1 },
    },
  },
  DeleteWebhook: {
    arrange: async () => {
      await put();
      return { name: 'hook' };
    },
    writes: ['Delete hook', 'Delete WEBHOOK', 'Update WEBHOOKS'],
    effect: { webhooks: { output: { webhooks: [] } }, webhookCount: { count: 0 } },
  },
  RegisterWebhookWithThirdParty: registered,
  DeregisterWebhookWithThirdParty: registered,
  TagResource: {
    arrange: async () => {
      await create();
      return { resourceArn: pipelineArn, tags: team };
    },
    writes: ['Put web'],
    effect: { tags: [{ output: { tags: team } }, {}, {}] },
  },
  'TagResource of a webhook': {
    arrange: async () => {
      await put();
      return { resourceArn: 'arn:aws:codepipeline:us-east-1:123456789012:webhook:hook', tags: team };
    },
    writes: ['Put hook'],
    effect: { tags: [{}, {}, { output: { tags: team } }] },
  },
  UntagResource: {
    arrange: async () => {
      await create();
      await ask('TagResource', { resourceArn: pipelineArn, tags: team });
      return { resourceArn: pipelineArn, tagKeys: ['team'] };
    },
    writes: ['Put web'],
    effect: { tags: [{ output: { tags: [] } }, {}, {}] },
  },
  PutActionRevision: {
    arrange: async () => {
      await create();
      world.now += 1000;
      const actionRevision = { revisionId: 'c0ffee', revisionChangeId: '1', created: 1_795_244_400 };
      return { pipelineName: 'web', stageName: 'Source', actionName: 'Fetch', actionRevision };
    },
    writes: ['Put RUN', 'Put PIPELINE', 'Put START', 'StartExecutionCommand'],
    effect: {
      history: {
        output: { pipelineExecutionSummaries: [{ trigger: { triggerType: 'PutActionRevision' } }, {}] },
      },
      again: { output: { newRevision: false } },
      after: { output: { pipelineExecutionSummaries: { length: 2 } } },
    },
  },
};
