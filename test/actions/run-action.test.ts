import { SendTaskSuccessCommand } from '@aws-sdk/client-sfn';
import { GetCommand, TransactWriteCommand } from '@aws-sdk/lib-dynamodb';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Outcome, Provider } from '../../functions/actions/provider.ts';
import type { ActionStatus } from '../../functions/domain/action.ts';
import { codebuildBuild } from '../../functions/domain/action-types/build.ts';
import type { TaskToken } from '../../functions/domain/order.ts';
import type { Work } from '../../functions/engine/work.ts';
import { givenBy } from '../../functions/lambda/given.ts';
import { actionItem, context, openWorld, redeclare, runItem, type World, written } from '../handlers/world.ts';

const given = givenBy(context);
const key = String(actionItem('Build')['key']);
const running: Outcome = { status: 'Running', externalId: 'b:1', url: 'https://b/1' };
const succeeded: Outcome = { status: 'Succeeded', externalId: 'b:1', outputs: [], outputVariables: {} };

let world: World;
/** What was asked of the provider, in order. */
let asked: string[];
beforeEach(() => {
  world = openWorld();
  asked = [];
  world.put(runItem('Build', 1));
  world.put(
    actionItem('Source', {
      status: 'Succeeded',
      outputs: [{ name: 'SourceOutput', bucket: 'artifacts', key: 'k.zip' }],
    }),
  );
});
afterEach(() => world.close());

function aToken(entry = 1, invocation = 0): TaskToken {
  return { value: `T${entry}.${invocation}`, order: { execution: 1, entry, invocation } };
}

type Answer = Outcome | undefined | (() => Promise<Outcome | undefined>);

/** A provider that answers as it is told. */
function provider(answers: Readonly<Record<string, Answer>>, startClass: Provider['startClass'] = 'lookup'): Provider {
  const ask = async (what: string): Promise<never> => {
    asked.push(what);
    const answer = answers[what];
    return (typeof answer === 'function' ? await answer() : answer) as never;
  };
  return {
    types: [codebuildBuild],
    startClass,
    start: () => ask('start'),
    find: () => ask('find'),
    resume: (_, cursor) => ask(`resume ${cursor}`),
    observe: (_, id) => ask(`observe ${id}`),
    stop: (_, id) => ask(`stop ${id}`),
  };
}

/** The work runs; something else happens before that is said. */
function meanwhile(happens: () => unknown): () => Promise<Outcome> {
  return async () => {
    await happens();
    return running;
  };
}

async function run(token: TaskToken, by: Provider): Promise<void> {
  const { runAction } = await import('../../functions/actions/run-action.ts');
  await runAction(key, token, [by], given);
}

async function look(by: Provider): Promise<void> {
  const { lookAgain } = await import('../../functions/actions/run-action.ts');
  await lookAgain(key, [by], given);
}

const sent = () => world.sfn.commandCalls(SendTaskSuccessCommand).map(({ args }) => args[0].input.taskToken);
const statuses = () => written(world, 'ACTION#').map(({ status }) => status);
/** Changes the record between two steps of a handler. */
const change = (more: object) => {
  const before = world.items.get(`${actionItem('Build').pk}\n${actionItem('Build').sk}`);
  world.put({ ...actionItem('Build'), ...before, ...more, rev: Number(before?.['rev'] ?? 1) + 1 });
};

describe('the task of an action', () => {
  it('records its intent before the provider is asked', async () => {
    world.put(actionItem('Build'));
    const before: unknown[] = [];

    await run(aToken(), provider({ start: meanwhile(() => before.push(...statuses())) }));

    expect(before).toEqual(['Starting']);
    expect(statuses()).toEqual(['Starting', 'Running']);
    expect(sent()).toEqual([]);
  });

  it('resolves variables once, with its intent: who starts the action again goes by that, and looks at no value again', async () => {
    const found = (Project: string) =>
      world.put(
        actionItem('Source', {
          status: 'Succeeded',
          outputs: [{ name: 'SourceOutput', bucket: 'artifacts', key: 'k.zip' }],
          outputVariables: JSON.stringify({ Project, Other: 'other' }),
        }),
      );
    redeclare(world, 'Build', { configuration: { ProjectName: '#{SourceVariables.Project}' } });
    world.put(actionItem('Build'));
    const projects: unknown[] = [];
    const start = async ({ configuration }: Work): Promise<Outcome> => {
      projects.push(configuration['ProjectName']);
      if (projects.length === 1) throw new Error('The function dies here.');
      return running;
    };

    found('#{SourceVariables.Other}');
    await expect(run(aToken(), { ...provider({}, 'token'), start })).rejects.toThrow('dies');
    found('another');
    await run(aToken(1, 1), { ...provider({}, 'token'), start });

    expect(projects).toEqual(['#{SourceVariables.Other}', '#{SourceVariables.Other}']);
    expect(written(world, 'ACTION#')[0]).toMatchObject({
      status: 'Starting',
      resolvedConfiguration: '{"ProjectName":"#{SourceVariables.Other}"}',
    });
  });

  it('fails, with its intent recorded, when a variable has no value, and its provider is not asked', async () => {
    redeclare(world, 'Build', { configuration: { ProjectName: '#{SourceVariables.Nobody}' } });
    world.put(actionItem('Build'));

    await run(aToken(), provider({}));

    expect(asked).toEqual([]);
    expect(statuses()).toEqual(['Starting', 'Failed']);
    expect(written(world, 'LATEST#')).toHaveLength(1);
    expect(written(world, 'ACTION#').at(-1)?.['failure']).toEqual({
      code: 'ConfigurationError',
      message:
        'The variable #{SourceVariables.Nobody} has no value: namespace SourceVariables gave no variable Nobody in this run.',
    });
  });

  it('that is invoked again while the work goes on keeps the newer token and starts nothing', async () => {
    world.put(actionItem('Build', { status: 'Running', externalId: 'b:1', token: aToken(1, 0) }));

    await run(aToken(1, 1), provider({}));

    expect(asked).toEqual([]);
    expect(written(world, 'ACTION#')).toMatchObject([{ status: 'Running', token: aToken(1, 1) }]);
  });

  it('of an older invocation changes nothing', async () => {
    world.put(actionItem('Build', { status: 'Running', token: aToken(2, 0) }));

    await run(aToken(1, 3), provider({}));

    expect([asked, statuses(), sent()]).toEqual([[], [], []]);
  });

  it.each(['Succeeded', 'Failed', 'TimedOut', 'Abandoned', 'StartOutcomeUnknown'] satisfies ActionStatus[])(
    'keeps its token and then sends it, when the action is %s',
    async (status) => {
      world.put(actionItem('Build', { status }));
      const order: string[] = [];
      world.sfn.on(SendTaskSuccessCommand).callsFake(() => void order.push('sent', ...statuses().map(() => 'saved')));

      await run(aToken(), provider({}));

      expect(order).toEqual(['sent', 'saved']);
      expect(written(world, 'ACTION#')).toMatchObject([{ status, token: aToken() }]);
    },
  );

  it.each([
    ['token', ['start'], 'Running'],
    ['lookup', ['find'], 'StartOutcomeUnknown'],
    ['unknown', [], 'StartOutcomeUnknown'],
  ] as const)(
    'that may have been started, and of which no trace is found: class %s',
    async (startClass, asks, status) => {
      world.put(actionItem('Build', { status: 'Starting', token: aToken(1, 0) }));

      await run(aToken(1, 1), provider({ start: running, find: undefined }, startClass));

      expect(asked).toEqual(asks);
      expect(statuses().at(-1)).toBe(status);
      expect(sent()).toEqual(status === 'Running' ? [] : ['T1.1']);
    },
  );

  it('that may have been started, and is found, goes on as it stands', async () => {
    world.put(actionItem('Build', { status: 'Starting' }));

    await run(aToken(), provider({ find: succeeded }));

    expect(statuses().at(-1)).toBe('Succeeded');
    expect(sent()).toEqual(['T1.0']);
  });

  it('fails by what the provider refuses, in its words, and is tried again for a fault', async () => {
    world.put(actionItem('Build'));
    const refusal = Object.assign(new Error('No such project.'), {
      name: 'ResourceNotFoundException',
      $fault: 'client',
    });
    await run(aToken(), provider({ start: () => Promise.reject(refusal) }));
    expect(written(world, 'ACTION#').at(-1)).toMatchObject({
      status: 'Failed',
      failure: { code: 'ConfigurationError', message: 'ResourceNotFoundException: No such project.' },
    });

    world.put(actionItem('Build'));
    const fault = run(aToken(), provider({ start: () => Promise.reject(new Error('socket hang up')) }));
    await expect(fault).rejects.toThrow('socket hang up');
  });

  it.each(['Abandoned', 'TimedOut', 'StartOutcomeUnknown', 'Failed'] satisfies ActionStatus[])(
    'stops what it started when the action is %s by then',
    async (status) => {
      world.put(actionItem('Build'));

      await run(aToken(), provider({ start: meanwhile(() => change({ status })) }));

      expect(asked).toEqual(['start', 'stop b:1']);
    },
  );

  it('fails when its output variables are more than an action may have', async () => {
    const most = 122_880;
    world.put(actionItem('Build'));

    await run(aToken(), provider({ start: { ...succeeded, outputVariables: { V: 'x'.repeat(most) } } }));

    expect(statuses()).toEqual(['Starting', 'Failed']);
    expect(written(world, 'ACTION#').at(-1)?.['failure']).toEqual({
      code: 'ConfigurationError',
      message: `The output variables have ${most + 1} bytes; at most ${most} are allowed.`,
    });
  });

  it('may have output variables of as much as that', async () => {
    const variables = { V: 'x'.repeat(122_879) };
    world.put(actionItem('Build'));

    await run(aToken(), provider({ start: { ...succeeded, outputVariables: variables } }));

    expect(written(world, 'ACTION#').at(-1)).toMatchObject({
      status: 'Succeeded',
      outputVariables: JSON.stringify(variables),
    });
  });

  it('does not stop work whose success is known already', async () => {
    world.put(actionItem('Build'));

    await run(aToken(), provider({ start: meanwhile(() => change({ status: 'Succeeded' })) }));

    expect(asked).toEqual(['start']);
  });
});

describe('an event that the work is over', () => {
  it('has the provider asked, and what the provider says counts', async () => {
    world.put(actionItem('Build', { status: 'Running', externalId: 'b:1', token: aToken() }));

    await look(provider({ 'observe b:1': succeeded }));

    expect(asked).toEqual(['observe b:1']);
    expect(statuses()).toEqual(['Succeeded']);
    expect(sent()).toEqual(['T1.0']);
  });

  it('that comes before the external id is recorded is noted, and looked after by who records it', async () => {
    world.put(actionItem('Build'));
    const answers = { start: meanwhile(() => look(provider({}))), 'observe b:1': succeeded };

    await run(aToken(), provider(answers));

    expect(asked).toEqual(['start', 'observe b:1']);
    expect(statuses()).toEqual(['Starting', 'Starting', 'Running', 'Succeeded']);
  });

  it('that comes while the external id is being recorded is not lost', async () => {
    world.put(actionItem('Build', { status: 'Starting', token: aToken() }));
    let reads = 0;
    world.table.on(GetCommand).callsFake(({ Key }) => {
      const Item = world.items.get(`${Key.pk}\n${Key.sk}`);
      // Between the look's read and its note, the recorder writes.
      if (Key.sk === actionItem('Build').sk && ++reads === 1) change({ status: 'Running', externalId: 'b:1' });
      return { Item };
    });

    await look(provider({ 'observe b:1': succeeded }));

    expect(asked).toEqual(['observe b:1']);
    expect(statuses().at(-1)).toBe('Succeeded');
  });

  it.each(['Pending', 'Succeeded', 'Abandoned'] satisfies ActionStatus[])(
    'is for nothing when the action is %s',
    async (status) => {
      world.put(actionItem('Build', { status, externalId: 'b:1' }));

      await look(provider({}));

      expect([asked, statuses(), sent()]).toEqual([[], [], []]);
    },
  );

  it('of an action that nobody knows is for nothing', async () => {
    await look(provider({}));

    expect(asked).toEqual([]);
  });
});

describe('asking how work stands', () => {
  it('writes nothing when it brings nothing new, so that it is asked less and less often', async () => {
    world.put(actionItem('Build', { status: 'Running', externalId: 'b:1', url: 'https://b/1' }));

    await look(provider({ 'observe b:1': running }));

    expect(asked).toEqual(['observe b:1']);
    expect(world.table.commandCalls(TransactWriteCommand)).toEqual([]);
  });

  it('keeps what is new', async () => {
    world.put(actionItem('Build', { status: 'Running', externalId: 'b:1' }));

    await look(provider({ 'observe b:1': { ...running, logStreamArn: 'arn' } }));

    expect(written(world, 'ACTION#')).toMatchObject([{ status: 'Running', url: 'https://b/1', logStreamArn: 'arn' }]);
  });

  it('has long work go on from its cursor, and keeps the next', async () => {
    world.put(actionItem('Build', { status: 'Running', cursor: '7' }));

    await look(provider({ 'resume 7': { status: 'Running', cursor: '9' } }));

    expect(asked).toEqual(['resume 7']);
    expect(written(world, 'ACTION#')).toMatchObject([{ status: 'Running', cursor: '9' }]);
  });
});

describe('cancelling', () => {
  it('stops the work of an action, and is for nothing without any', async () => {
    const { cancelAction } = await import('../../functions/actions/run-action.ts');
    world.put(actionItem('Build', { status: 'Abandoned', externalId: 'b:1' }));
    await cancelAction(key, [provider({})], given);

    world.put(actionItem('Build', { status: 'Abandoned' }));
    await cancelAction(key, [provider({})], given);

    expect(asked).toEqual(['stop b:1']);
  });
});
