import './environment.ts';
import type { HistoryEvent } from './history.ts';
import { approve, source } from './reference-runs.ts';
import { Users } from './users.ts';
import { World } from './world.ts';

/** The machine's timer is a minute behind the deadline. */
const turned = (7 * 24 * 60 + 2) * 60_000;
/** The first lives are slower: functions are loaded, and compiled. */
const lives = Number(process.argv[2] ?? 20);

/** A run that waits seven days at an approval until that times out: its history, and how many milliseconds the run took. */
async function sevenDays(): Promise<{ readonly milliseconds: number; readonly history: readonly HistoryEvent[] }> {
  const world = await World.make({ seed: 1 });
  try {
    const users = new Users(world, 'pipeline');
    await world.putBucket('source');
    users.sourceVersion = await world.putObject('source', 'source.zip', 'what was pushed');
    const begun = performance.now();
    users.verdict = undefined;
    users.make({ stages: [source, approve()] });
    await world.runUntil(() => [...world.observer.actions.values()].some(({ mailed }) => mailed === true));
    world.turn(turned);
    await world.run();
    const milliseconds = performance.now() - begun;
    const [run] = users.runs;
    if (run?.status !== 'Failed') throw new Error(`The run is ${run?.status}.`);
    return { milliseconds, history: await world.history(run.id) };
  } finally {
    await world.close();
  }
}

const lived = [];
for (let life = 0; life < lives; life++) lived.push(await sevenDays());
const [fastest] = lived.toSorted((a, b) => a.milliseconds - b.milliseconds);
process.stdout.write(JSON.stringify(fastest));
