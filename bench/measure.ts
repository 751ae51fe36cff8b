/** The median of some numbers. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}

/** Milliseconds that some work takes. */
export async function timed(work: () => Promise<unknown>): Promise<number> {
  const begin = performance.now();
  await work();
  return performance.now() - begin;
}

/** One line of the report: what was measured, what came of it, the target if there is one, and whether it is met. */
export function report(what: string, measured: string, target?: string, met?: boolean): void {
  const verdict = met === undefined ? '' : met ? '  met' : '  MISSED';
  console.log(
    `${what.padEnd(62)} ${measured.padStart(18)}${target === undefined ? '' : `   target ${target}`}${verdict}`,
  );
}
