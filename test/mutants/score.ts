/** What became of a mutant, whoever made it. */
export interface Outcome {
  /** The folder or file that is told of in one line. */
  readonly part: string;
  /** What was changed, and into what; the same as long as the code around it stays. */
  readonly name: string;
  readonly status: 'killed' | 'survived';
}

/** Of a hundred mutants so many must be killed. */
export const threshold = 85;

/** The share of mutants that were killed, in percent; all of none. */
export function scoreOf(outcomes: readonly Outcome[]): number {
  if (outcomes.length === 0) return 100;
  return (100 * outcomes.filter(({ status }) => status === 'killed').length) / outcomes.length;
}

/** A line for each part, and one for all of them. */
export function table(outcomes: readonly Outcome[]): readonly string[] {
  const parts = [...new Set(outcomes.map(({ part }) => part))].sort();
  return [
    ...parts.map((part) =>
      line(
        part,
        outcomes.filter((each) => each.part === part),
      ),
    ),
    line('all', outcomes),
  ];
}

function line(name: string, outcomes: readonly Outcome[]): string {
  const killed = outcomes.filter(({ status }) => status === 'killed').length;
  const numbers = `${killed} killed, ${outcomes.length - killed} survived`;
  return `${name.padEnd(36)} ${numbers.padEnd(28)} ${scoreOf(outcomes).toFixed(1)} %`;
}
