import './environment.ts';
import type { StageDeclaration } from '../../functions/domain/declaration.ts';
import { judgeWorld } from './judge.ts';
import { approve, build, deploy, source, work } from './reference-runs.ts';
import { Users } from './users.ts';
import { World } from './world.ts';

/** A run in flight: what people do, when the upgrade comes, and how the runs then end. */
interface Flight {
  readonly stages: readonly StageDeclaration[];
  /** How many runs are started besides the first. */
  readonly more?: number;
  readonly isSo: (users: Users) => boolean;
  readonly ends: readonly string[];
}

const isOpen = (users: Users, provider: string) =>
  [...users.world.observer.actions.values()].some(
    ({ type, status }) => type.provider === provider && status === 'Running',
  );

const flights: Readonly<Record<string, Flight>> = {
  'an approval waits': {
    stages: [source, approve(), deploy()],
    isSo: (users) => isOpen(users, 'Manual'),
    ends: ['Succeeded'],
  },
  'an action runs': {
    stages: [source, build('project'), deploy()],
    isSo: (users) => isOpen(users, 'CodeBuild'),
    ends: ['Succeeded'],
  },
  'a run waits before a stage': {
    stages: [source, approve(), deploy()],
    more: 1,
    isSo: (users) => users.runs[1]?.place === 'inbound',
    ends: ['Succeeded', 'Succeeded'],
  },
  'a worker has a job': {
    stages: [source, work(2)],
    isSo: (users) => users.jobs.size === 1,
    ends: ['Succeeded'],
  },
  'a build has failed, to be tried again': {
    stages: [source, build('failing-1', { onFailure: { result: 'RETRY' } }), deploy()],
    isSo: (users) => users.world.builds.all.some(({ status }) => status === 'FAILED'),
    ends: ['Succeeded'],
  },
};

/** Begins on the functions, machine and template of a folder, goes over to today's, and goes on to the end. */
async function fly({ stages, more = 0, isSo, ends }: Flight, from: string): Promise<void> {
  const world = await World.make({ seed: 1, root: from });
  try {
    const users = new Users(world, 'pipeline');
    for (const bucket of ['source', 'site']) await world.putBucket(bucket);
    users.sourceVersion = await world.putObject('source', 'source.zip', 'what was pushed');
    const startMore = () => {
      for (let number = 1; number <= more; number++) users.start(number);
    };
    users.patience = 60_000;
    const make = () => users.make({ executionMode: 'QUEUED', stages }, startMore);
    if (stages.some(({ name }) => name === 'Work')) users.makeWorkers(make);
    else make();
    await world.runUntil(() => isSo(users));
    await world.upgrade();
    await world.run();
    await judgeWorld(users, { begin: make, ends }, 0);
  } finally {
    await world.close();
  }
}

const [, , from = ''] = process.argv;
for (const [name, flight] of Object.entries(flights)) {
  const came = await fly(flight, from).then(
    () => 'well',
    (error: Error) => error.stack ?? error.message,
  );
  console.log(`${name}: ${came}`);
}
