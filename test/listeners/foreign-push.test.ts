import { createHmac } from 'node:crypto';
import { StartExecutionCommand } from '@aws-sdk/client-sfn';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  connection,
  context,
  openWorld,
  pipelineId,
  pipelineItem,
  sample,
  type World,
  written,
} from '../handlers/world.ts';

/** The secret of the samples: any text that both sides know. */
const secret = 'sample-webhook-secret';
const followed = 'sample/hello-site';
const commit = 'a'.repeat(40);

let world: World;
beforeEach(() => {
  world = openWorld();
  world.put({
    pk: `CONNECTION#${connection}`,
    sk: 'CONNECTION',
    id: connection,
    arn: `arn:aws:codeconnections:us-east-1:123456789012:connection/${connection}`,
    kind: 'GitHub',
    host: 'https://git.example.com',
    webhookSecret: 'webhook-secret',
  });
  const follower = { pipelineId, pipelineName: 'hello-site', action: 'Fetch', branch: 'main' };
  world.put({ pk: `SOURCE#${connection}#${followed}`, sk: `${pipelineId}#Fetch`, ...follower });
  world.put({ ...pipelineItem(''), sequence: 0 });
});
afterEach(() => world.close());

/** Posts what GitHub would, rightly signed: the host tells of forks as truly as of the repository. */
async function tell(payload: object, event = 'push') {
  const { handler } = await import('../../functions/listeners/webhook.ts');
  const body = JSON.stringify(payload);
  const signature = `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`;
  const { headers, ...rest } = sample<APIGatewayProxyEventV2>('webhook');
  const signed = { ...headers, 'x-github-event': event, 'x-hub-signature-256': signature };
  return handler({ ...rest, headers: signed, body, isBase64Encoded: false }, context);
}

const push = (repository: object, ref = 'refs/heads/main') => ({ ref, after: commit, repository });
const fork = { full_name: 'stranger/hello-site', fork: true, parent: { full_name: followed }, default_branch: 'main' };
const pullRequest = {
  action: 'opened',
  number: 1,
  ...push({ full_name: followed }),
  pull_request: {
    head: { ref: 'main', sha: commit, repo: fork },
    base: { ref: 'main', repo: { full_name: followed } },
  },
};

describe('C11 what comes from a fork', () => {
  it.each([
    ['a push to the same branch of the fork', fork],
    ['a name that differs in its case', { full_name: 'Sample/hello-site' }],
    ['a name that goes on', { full_name: `${followed}/x` }],
    ['a name with the followed one in it', { full_name: `${followed}#${pipelineId}` }],
    ['the name in the other fields alone', { ...fork, name: 'hello-site', owner: { login: 'sample' }, id: followed }],
  ])('starts nothing: %s', async (_, repository) => {
    const { statusCode, body } = await tell(push(repository));

    expect([statusCode, JSON.parse(body ?? '')]).toEqual([202, { started: [] }]);
    expect(written(world, 'RUN#')).toEqual([]);
    expect(world.sfn.calls()).toEqual([]);
  });

  it.each(['refs/pull/1/head', 'refs/pull/1/merge', 'refs/heads/pull/1/head', 'refs/tags/main', 'main', 'refs/heads/'])(
    'starts nothing by the ref of a pull request, or another that is not the branch: %s',
    async (ref) => {
      const { statusCode } = await tell(push({ full_name: followed }, ref));

      expect(statusCode).toBe(202);
      expect(world.sfn.calls()).toEqual([]);
    },
  );

  it.each([
    'pull_request',
    'pull_request_target',
    'pull_request_review',
    'workflow_run',
    'create',
    'fork',
    'release',
    '',
  ])('starts nothing by the event %s, though it has all of a push in it', async (event) => {
    const { statusCode } = await tell(pullRequest, event);

    expect(statusCode).toBe(202);
    expect(written(world, 'RUN#')).toEqual([]);
    expect(world.sfn.calls()).toEqual([]);
  });

  it('starts the definition that is stored, whatever the push says of another', async () => {
    const definition = { roleArn: 'arn:aws:iam::999999999999:role/evil', stages: [], name: 'hello-site', version: 9 };

    await tell({ ...push({ full_name: followed }), pipeline: definition, roleArn: definition.roleArn, variables: [] });

    expect(world.sfn.commandCalls(StartExecutionCommand)).toHaveLength(1);
    expect(JSON.stringify(written(world, 'RUN#'))).not.toMatch(/evil|999999999999/);
    expect(written(world, 'RUN#')).toMatchObject([{ version: 1, trigger: { type: 'WebhookV2' } }]);
  });
});
