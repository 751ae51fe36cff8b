import type { Walked } from './walk.ts';

/** A fault belongs to a command from so many steps before it until so many after it. */
const reach = 40;

const kinds: readonly (readonly [kind: string, label: RegExp])[] = [
  ['crash', /^crash/],
  ['error', /^error|not all|not started/],
  ['given up', /^given up|gives records up/],
  ['lost', /is lost/],
  ['late', /is late/],
  ['twice', /twice|second invocation/],
];

/** Which kinds of faults there are, with none. */
const faults: readonly string[] = ['none', ...kinds.map(([kind]) => kind)];

/** How often a command met a state, by what went wrong meanwhile, and what came of it. */
interface Cell {
  readonly command: string;
  readonly state: string;
  readonly times: Map<string, number>;
  readonly answers: Map<string, number>;
}

/** Counts state × command × fault over walks. */
export class Coverage {
  readonly #cells = new Map<string, Cell>();

  add({ asked, befell }: Pick<Walked, 'asked' | 'befell'>): void {
    for (const { command, state, from, to = from, answer = 'no answer' } of asked) {
      const meanwhile = befell.filter(({ step }) => step >= from - reach && step <= to + reach);
      const found = kinds.filter(([, label]) => meanwhile.some(({ fault }) => label.test(fault))).map(([kind]) => kind);
      const cell = this.#cell(command, state);
      for (const fault of found.length > 0 ? found : ['none']) count(cell.times, fault);
      count(cell.answers, answer);
    }
  }

  /** How many cells were met, and those that were met least, command by command. */
  report(least: number): string {
    const cells = [...this.#cells.values()].flatMap(({ times, ...cell }) =>
      faults.map((fault) => ({ ...cell, fault, times: times.get(fault) ?? 0 })),
    );
    const met = cells.filter(({ times }) => times > 0);
    const rare = cells.toSorted((a, b) => a.times - b.times).slice(0, least);
    const states = new Set(cells.map(({ state }) => state));
    const all = `${states.size} states, ${new Set(cells.map(({ command }) => command)).size} commands, ${faults.length - 1} kinds of faults`;
    const lines = rare.map(({ command, state, fault, times, answers }) => {
      const how = [...answers].map(([answer, number]) => `${answer} ${number}`).join(', ');
      return `  ${times} × ${command} | ${state} | ${fault} (in all: ${how})`;
    });
    return [`Met ${met.length} of ${cells.length} cells: ${all}. The rarest:`, ...lines].join('\n');
  }

  #cell(command: string, state: string): Cell {
    const at = `${command} | ${state}`;
    const found = this.#cells.get(at) ?? { command, state, times: new Map(), answers: new Map() };
    this.#cells.set(at, found);
    return found;
  }
}

function count(counts: Map<string, number>, what: string): void {
  counts.set(what, (counts.get(what) ?? 0) + 1);
}
