import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Files that take longest begin first, so that no worker waits for the last one alone: those of the first pattern, then of the next. Any order does. */
export function longestFirst(...longest: readonly RegExp[]): typeof BaseSequencer {
  const rank = ({ moduleId }: TestSpecification) =>
    longest.findIndex((long) => long.test(moduleId)) + 1 || longest.length + 1;
  return class extends BaseSequencer {
    override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
      return (await super.sort(files)).toSorted((a, b) => rank(a) - rank(b));
    }
  };
}
