import type { ExecutionMode } from '../../../functions/domain/declaration.ts';
import { type Cell, cell, untouched } from './cell.ts';
import { columns } from './columns.ts';
import { type State, states } from './states.ts';

const modes: readonly ExecutionMode[] = ['SUPERSEDED', 'QUEUED', 'PARALLEL'];

/** A state in the modes in which all commands do the same. */
interface Row {
  readonly state: string;
  readonly modes: ExecutionMode[];
  readonly cells: readonly Cell[];
}

/** The document of what each command does in each state, from doing it. */
export async function commandsDocument(): Promise<string> {
  const rows: Row[] = [];
  for (const state of states) rows.push(...(await rowsOf(state)));
  const names = Object.keys(columns);
  const line = (parts: readonly string[]) => `| ${parts.join(' | ')} |`;
  return [
    '# What each command does, state by state',
    '',
    'Written by `npm run commands` from doing each of them, by the API, in a pipeline of two stages, Source and Deploy: do not edit.',
    '`test/engine/commands.test.ts` holds it against the code.',
    '',
    'A row is how a run is, which is named *it*. It concerns the stage Deploy, in which *the earlier run* has succeeded: work of a provider, or an approval where the row says so. Transitions are those into Deploy. A cell',
    'says what is otherwise than without the command, once all has been done that needs neither time nor a person, or with what it is refused. *A new run* is one that the command starts; work that begins then goes on.',
    'Where modes differ, each has its row. What CodePipeline does otherwise is in [differences.md](differences.md).',
    '',
    line(['state', 'mode', ...names]),
    line(['state', 'mode', ...names].map(() => '---')),
    ...rows.map(({ state, modes: of, cells }) =>
      line([state, of.length === modes.length ? 'all' : of.join(', '), ...cells.map(({ text }) => text)]),
    ),
    '',
    '## Refusals',
    '',
    ...refusals(rows.flatMap(({ cells }) => cells.flatMap(({ refusal }) => refusal ?? []))),
    '',
  ].join('\n');
}

async function rowsOf(state: State): Promise<readonly Row[]> {
  const rows: Row[] = [];
  for (const mode of state.modes ?? modes) {
    const cells: Cell[] = [];
    const expected = await untouched(state, mode);
    for (const command of Object.keys(columns)) cells.push(await cell(state, mode, command, expected));
    const same = rows.find((row) => row.cells.every(({ text }, index) => text === cells[index]?.text));
    if (same) same.modes.push(mode);
    else rows.push({ state: state.name, modes: [mode], cells });
  }
  return rows;
}

/** What they say, code by code. */
function refusals(all: readonly NonNullable<Cell['refusal']>[]): readonly string[] {
  const codes = [...new Set(all.map(({ code }) => code))].sort();
  return codes.flatMap((code) => {
    const messages = [...new Set(all.filter((each) => each.code === code).map(({ message }) => `  - ${message}`))];
    return [`- \`${code}\``, ...messages.sort()];
  });
}
