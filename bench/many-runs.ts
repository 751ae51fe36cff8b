import { report, timed } from './measure.ts';
import { type BenchStack, remove, runOnce, stagesOf } from './runs.ts';

/** 20 and 200 runs at once, each of 11 actions. */
export async function benchManyRuns(test: BenchStack): Promise<void> {
  for (const count of [20, 200]) {
    const names = Array.from({ length: count }, (_, index) => `many-${count}-${index}`);
    const took = await timed(() => Promise.all(names.map((name) => runOnce(test, name, stagesOf(5, 5)))));
    const transitions = count * (3 * 11 + 4);
    report(`${count} runs × 11 actions at once: all succeeded in`, `${(took / 1000).toFixed(1)} s`);
    report('  transitions a second', (transitions / (took / 1000)).toFixed(0));
    report(
      '  memory of the whole stack',
      `${(process.memoryUsage().rss / 1024 ** 2).toFixed(0)} MiB`,
      '≤ 1024 MiB',
      process.memoryUsage().rss < 1024 ** 3,
    );
    for (const name of names) await remove(test, name);
  }
}
