import './environment.ts';
import { live } from './live.ts';
import { deploy, source } from './reference-runs.ts';

/** What carried a run of 1,000 actions, which is as many as a pipeline may have. */
export interface Carried {
  readonly succeeded: number;
  /** How many events the history of each execution of the machine has. */
  readonly events: readonly number[];
  /** Bytes of the largest event. */
  readonly largest: number;
  readonly violation?: string;
}

/** 19 stages of 50 actions and one of 49 after the source: in each, one after the other or side by side. */
function stagesOf(order: string) {
  return Array.from({ length: 20 }, (_, index) => {
    const { actions } = deploy(index === 19 ? 49 : 50);
    const ordered = actions.map((action, place) => ({ ...action, runOrder: order === 'sequence' ? place + 1 : 1 }));
    return { name: `Stage${index}`, actions: ordered };
  });
}

async function carried(order: string): Promise<Carried> {
  const stages = [source, ...stagesOf(order)];
  const events: number[] = [];
  let [succeeded, largest] = [0, 0];
  const { violation } = await live(
    { begin: (users) => users.make({ stages }), ends: ['Succeeded'] },
    1,
    undefined,
    async (world) => {
      succeeded = [...world.observer.actions.values()].filter(({ status }) => status === 'Succeeded').length;
      for (const execution of world.executions.keys()) {
        const history = await world.history(execution);
        events.push(history.length);
        largest = Math.max(largest, ...history.map((event) => Buffer.byteLength(JSON.stringify(event))));
      }
    },
  );
  return { succeeded, events, largest, ...(violation === undefined ? {} : { violation }) };
}

process.stdout.write(JSON.stringify(await carried(process.argv[2] ?? 'sequence')));
