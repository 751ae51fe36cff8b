import { describe, expect, it } from 'vitest';
import { walking } from './walking.ts';
import { planted } from './walks/planted.ts';

/** SLUICE_WALKS: how many; SLUICE_SEED: the first of them. */
const walks = process.env['SLUICE_WALKS'] ?? '200';
const seed = process.env['SLUICE_SEED'] ?? '1';

it(`keeps its promises in ${walks} walks, whatever is done and whatever goes wrong`, {
  timeout: 3_600_000,
}, async () => {
  const { said, code } = await walking('--walks', walks, '--seed', seed);

  expect(said).toContain(`${walks} walks, none failed`);
  expect(code).toBe(0);
});

describe('a planted defect is found: ', { timeout: 300_000 }, () => {
  it.each(Object.entries(planted))('%s', async (name, { promised }) => {
    const { said } = await walking('--break', name, '--walks', '150', '--shrink', '0');

    expect(said).toContain(`FAILS: Broken promise (${promised})`);
  });
});

describe('a walk that fails', { timeout: 300_000 }, () => {
  const name = 'a stage is entered although somebody is inside';

  it('is made short, and walked again by what is printed', async () => {
    const { said } = await walking('--break', name, '--walks', '150');
    const [, failure] = /^FAILS: (.*)$/m.exec(said) ?? [];
    const [, choices] = /^It takes (\d+) choices:$/m.exec(said) ?? [];
    const [, code = ''] = /^Again: .* --replay (\S+)$/m.exec(said) ?? [];

    const again = await walking('--break', name, '--replay', code);
    const mended = await walking('--replay', code);

    expect(Number(choices)).toBeLessThanOrEqual(8);
    expect(again.said).toContain(`FAILS: ${failure}`);
    expect(again.said).toContain(`Again: npm run walks -- --break '${name}' --replay ${code}`);
    expect(mended.said).toContain('It does not fail.');
  });

  it('is not known by a word that is none', async () => {
    const { code } = await walking('--replay', 'nothing');

    expect(code).toBe(1);
  });
});
