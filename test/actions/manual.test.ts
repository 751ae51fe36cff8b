import { PublishCommand } from '@aws-sdk/client-sns';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Work } from '../../functions/engine/work.ts';
import { anAction } from '../domain/given.ts';
import { openWorld, type World } from '../handlers/world.ts';

const topic = 'arn:aws:sns:us-east-1:123456789012:reviews';
const address = 'https://api.example.com/approvals/web/Ship/Ask';

let world: World;
beforeEach(() => {
  world = openWorld();
});
afterEach(() => world.close());

async function start(configuration: Readonly<Record<string, string>>) {
  const { manual } = await import('../../functions/actions/manual/manual.ts');
  return manual.start({
    action: anAction({ approvalToken: 'the token' }),
    configuration,
    home: { region: 'us-east-1', account: '123456789012' },
    access: { region: 'us-east-1', credentials: { accessKeyId: 'a', secretAccessKey: 's' } },
  } as unknown as Work);
}

function published() {
  const [call] = world.sns.commandCalls(PublishCommand);
  const message = JSON.parse(call?.args[0].input.Message ?? '{}') as { default: string; email: string };
  return { to: call?.args[0].input.TopicArn, json: JSON.parse(message.default), email: message.email };
}

describe('the message to NotificationArn', () => {
  it("is CodePipeline's for machines, with addresses that only name the approval", async () => {
    const outcome = await start({ NotificationArn: topic });

    expect(outcome).toEqual({ status: 'Running' });
    expect(published().to).toBe(topic);
    expect(published().json).toEqual({
      region: 'us-east-1',
      consoleLink: address,
      approval: {
        pipelineName: 'web',
        stageName: 'Ship',
        actionName: 'Ask',
        token: 'the token',
        expires: '1970-01-01T00:10Z',
        approvalReviewLink: address,
      },
    });
  });

  it('promises people no decision by an address that is not signed', async () => {
    await start({ NotificationArn: topic });

    const { email } = published();
    expect(email).toContain(`It does not decide:\n${address}`);
    expect(email).toContain('PutApprovalResult');
    expect(email).not.toMatch(/and decide:|Whoever has this mail can decide/);
  });

  it('is not sent without a topic', async () => {
    await start({});

    expect(world.sns.calls()).toEqual([]);
  });

  it.each(['arn:aws:sns:eu-west-1:123456789012:reviews', 'reviews'])(
    'fails the action when the topic is %s',
    async (NotificationArn) => {
      const started = start({ NotificationArn });

      await expect(started).rejects.toMatchObject({ code: 'ConfigurationError' });
      expect(world.sns.calls()).toEqual([]);
    },
  );
});
