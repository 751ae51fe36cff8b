import type { Outcome, Provider } from '../../../functions/actions/provider.ts';
import type { ActionKey } from '../../../functions/domain/action.ts';
import { deploymentWindow, variableCheck } from '../../../functions/domain/rule-types.ts';
import { noOp } from '../../no-op/no-op.ts';
import { elsewhere, long } from './catalogue.ts';
import { promise } from './promise.ts';
import type { World } from './world.ts';

/** Work at a provider, of one attempt at an action. */
export interface Work {
  readonly key: ActionKey;
  readonly id: string;
  status: 'running' | 'succeeded' | 'failed' | 'stopped';
  /** When it was over. */
  ended?: number;
  /** How often the provider was made to begin. */
  starts: number;
}

type StartClass = keyof typeof elsewhere;

const succeeded = { status: 'Succeeded', outputs: [], outputVariables: {} } as const;

/** The providers of the simulation, and the work that they were given. */
export class Works {
  readonly all = new Map<ActionKey, Work>();
  readonly #world: World;

  constructor(world: World) {
    this.#world = world;
  }

  /** Providers by the class of function that carries them out. */
  get providers(): Readonly<Record<'approval' | 'build' | 's3' | 'rule', readonly Provider[]>> {
    return {
      approval: [this.#quick()],
      build: (['token', 'lookup', 'unknown'] as const).map((startClass) => this.#elsewhere(startClass)),
      s3: [this.#long()],
      rule: [this.#check(), this.#window()],
    };
  }

  #quick(): Provider {
    return {
      ...noOp,
      start: (work) =>
        this.#world.call('NoOp.start', async () => {
          const begun = this.#begin(work.action.key, true);
          const outcome = await noOp.start(work).finally(() => {
            begun.status = 'failed';
          });
          begun.status = 'succeeded';
          return outcome;
        }),
    };
  }

  #elsewhere(startClass: StartClass): Provider {
    const { provider } = elsewhere[startClass].id;
    const ask = (what: string, perform: () => Outcome | undefined) =>
      this.#world.call(`${provider}.${what}`, async () => perform());
    return {
      types: [elsewhere[startClass]],
      startClass,
      start: async ({ action }) => {
        const outcome = await ask('start', () =>
          this.#outcome(this.#goesOn(this.#begin(action.key, startClass === 'token'))),
        );
        return outcome as Outcome;
      },
      find: ({ action }) =>
        ask('find', () => {
          const found = this.all.get(action.key);
          return found && this.#outcome(found);
        }),
      observe: async (_, externalId) => {
        const outcome = await ask('observe', () => this.#outcome(this.#heardOf(this.#byId(externalId))));
        return outcome as Outcome;
      },
      stop: async (_, externalId) => {
        await ask('stop', () => {
          const work = this.#byId(externalId);
          if (work.status === 'running') work.status = 'stopped';
          return undefined;
        });
      },
    };
  }

  #long(): Provider {
    return {
      types: [long],
      startClass: 'token',
      start: ({ action }) =>
        this.#world.call('Long.start', async () => {
          this.#begin(action.key, true);
          return { status: 'Running', cursor: '1' };
        }),
      resume: ({ action }, cursor) =>
        this.#world.call('Long.resume', async () => {
          if (cursor === '1') return { status: 'Running', cursor: '2' };
          this.#begin(action.key, true).status = 'succeeded';
          return { status: 'Succeeded', outputs: [], outputVariables: {} };
        }),
    };
  }

  /** A rule that is decided at once. */
  #check(): Provider {
    return {
      types: [variableCheck],
      startClass: 'token',
      start: ({ action, configuration }) =>
        this.#world.call('Check.start', async () => {
          const holds = configuration['Variable'] === configuration['Value'];
          this.#begin(action.key, true).status = holds ? 'succeeded' : 'failed';
          return holds ? succeeded : { status: 'Failed', code: 'JobFailed', message: 'It does not hold.' };
        }),
    };
  }

  /** A rule that waits for a time. */
  #window(): Provider {
    const look = (key: ActionKey): Outcome => {
      const begun = this.#begin(key, true);
      const opens = this.#world.choices.chance(`${key} opens`, 0.4);
      if (begun.status !== 'succeeded' && !opens)
        return {
          status: 'Running',
          cursor: 'open',
          lookAt: this.#world.now + this.#world.choices.below(`${key} opens at`, 180_000),
        };
      begun.status = 'succeeded';
      return succeeded;
    };
    return {
      types: [deploymentWindow],
      startClass: 'token',
      start: ({ action }) => this.#world.call('Window.start', async () => look(action.key)),
      resume: ({ action }) => this.#world.call('Window.resume', async () => look(action.key)),
    };
  }

  #begin(key: ActionKey, sameIsOnce: boolean): Work {
    this.#world.observer.mayBegin(key);
    const known = this.all.get(key);
    if (known) {
      if (!sameIsOnce) known.starts++;
      return known;
    }
    const work: Work = { key, id: `work-${this.all.size + 1}`, status: 'running', starts: 1 };
    this.all.set(key, work);
    return work;
  }

  /** Ends later, and says so; some never end. */
  #goesOn(work: Work): Work {
    const { choices } = this.#world;
    if (work.status !== 'running' || choices.chance('work never ends', 0.05)) return work;
    const fails = choices.chance('work fails', 0.1);
    this.#world.later(
      `${work.id} is over`,
      () => {
        if (work.status !== 'running') return;
        work.status = fails ? 'failed' : 'succeeded';
        work.ended = this.#world.now;
        this.#world.emit('event of work', () => this.#world.invokeLater('build', { detail: { key: work.key } }));
      },
      choices.chance('work takes time', 0.7) ? choices.below('work takes', 180_000) : 0,
    );
    return work;
  }

  /** Where nothing is disturbed, an event is enough: nobody has to ask later. */
  #heardOf(work: Work): Work {
    const { style, now } = this.#world;
    const dropped = style.faults === 0 && work.ended !== undefined && now - work.ended > 30_000;
    promise('ends', !dropped, `The event of ${work.id} was dropped.`);
    return work;
  }

  #byId(id: string): Work {
    const work = [...this.all.values()].find((each) => each.id === id);
    if (!work) throw new Error(`There is no work ${id}.`);
    return work;
  }

  #outcome({ id, status }: Work): Outcome {
    switch (status) {
      case 'running':
        return { status: 'Running', externalId: id };
      case 'succeeded':
        return { status: 'Succeeded', externalId: id, outputs: [], outputVariables: {} };
      case 'failed':
      case 'stopped':
        return { status: 'Failed', externalId: id, code: 'JobFailed', message: `The work ${status}.` };
    }
  }
}
