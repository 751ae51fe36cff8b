import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { copyTree } from '../../../scripts/verify/tree.ts';

const root = join(import.meta.dirname, '..', '..', '..');
const machines = (of: string) =>
  readdirSync(join(of, 'statemachines')).map((file) => readFileSync(join(of, 'statemachines', file), 'utf8'));
const computed = /"(TimeoutSeconds": "\{%|TimeoutSecondsPath|HeartbeatSeconds(Path)?)/g;

describe('The copy of the tree for the emulator', () => {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-test-'));
  let replaced: number;
  beforeAll(async () => {
    replaced = await copyTree(folder);
  }, 60_000);
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test('has no computed time-out in its machines, and nothing else is different', () => {
    const deployed = machines(root);

    const copied = machines(folder);

    expect(replaced).toBe(deployed.flatMap((text) => text.match(computed) ?? []).length);
    expect(replaced).toBeGreaterThan(0);
    expect(copied.flatMap((text) => text.match(computed) ?? [])).toEqual([]);
    const constant = deployed.map((text) => text.replace(/"TimeoutSeconds": "\{%[^"]*"/g, '"TimeoutSeconds": 604800'));
    expect(copied.map((text) => JSON.parse(text))).toEqual(constant.map((text) => JSON.parse(text)));
  });

  test('has the no-op in its bundles, and the template but for sessions that are admitted beside roles', () => {
    const admitted = /\[(!Sub '[^']*:role\/sluice\/\*'), !Sub '[^']*:assumed-role\/[^']*'\]/g;

    const template = readFileSync(join(folder, 'template.yaml'), 'utf8');
    const bundle = readFileSync(join(folder, 'dist', 'approval', 'index.mjs'), 'utf8');

    expect(template.match(admitted)).toHaveLength(1);
    expect(template.replace(admitted, '$1')).toBe(readFileSync(join(root, 'template.yaml'), 'utf8'));
    expect(bundle).toContain('"NoOp"');
  });
});
