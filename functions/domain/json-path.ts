import { Refusal } from './refusal.ts';

/** A path into a JSON document: one step for each level. */
export type JsonPath = readonly Step[];

type Step =
  | { readonly type: 'Member'; readonly name: string }
  | { readonly type: 'Element'; readonly index: number }
  | { readonly type: 'Every' };

const segment =
  /\.(?<dotted>[\p{L}\p{N}_-]+)|\[(?<index>0|[1-9]\d{0,8})\]|\['(?<single>(?:[^'\\]|\\['\\])*)'\]|\["(?<double>(?:[^"\\]|\\["\\])*)"\]|(?<every>\.\*|\[\*\])/uy;

/**
 * Reads a path of the kinds that CodePipeline's documents show: `$.ref`, `$.repository.name`, `$['ref']`, `$.commits[0].id`,
 * `$.commits[*].id`. Refuses what else JSONPath can be: descent, slices, unions, filters and scripts.
 */
export function readJsonPath(text: string): JsonPath {
  if (!text.startsWith('$')) throw invalid(text, 0);
  const steps: Step[] = [];
  for (let at = 1; at < text.length; at = segment.lastIndex) {
    segment.lastIndex = at;
    const found = segment.exec(text)?.groups;
    if (!found) throw invalid(text, at);
    steps.push(stepOf(found));
  }
  return steps;
}

function stepOf({ dotted, index, single, double, every }: Record<string, string | undefined>): Step {
  if (every !== undefined) return { type: 'Every' };
  if (index !== undefined) return { type: 'Element', index: Number(index) };
  return { type: 'Member', name: dotted ?? (single ?? double ?? '').replace(/\\(.)/g, '$1') };
}

function invalid(text: string, at: number): Refusal {
  return new Refusal(
    'InvalidWebhookFilterPatternException',
    `The jsonPath '${text}' is not understood at position ${at + 1}: a path begins with $, followed by .name, ['name'], [0], .* or [*].`,
  );
}

/** The values at a path; none where the document has nothing there. Takes no longer than the document is large, for each step. */
export function select(path: JsonPath, document: unknown): readonly unknown[] {
  let values: readonly unknown[] = [document];
  for (const step of path) values = values.flatMap((value) => stepInto(value, step));
  return values;
}

function stepInto(value: unknown, step: Step): readonly unknown[] {
  if (typeof value !== 'object' || value === null) return [];
  switch (step.type) {
    case 'Every':
      return Object.values(value);
    case 'Element':
      return Array.isArray(value) && step.index < value.length ? [value[step.index]] : [];
    case 'Member':
      return !Array.isArray(value) && Object.hasOwn(value, step.name)
        ? [(value as Record<string, unknown>)[step.name]]
        : [];
  }
}
