import { mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { StackOptions } from '../../local/stack.ts';
import { startTestStack, type TestStack } from './stack.ts';

const project = join(import.meta.dirname, '..', '..');

/** A stack of the template with other texts in the place of the first of some of its own, each of which must be there. */
export async function startChangedStack(
  replaced: Readonly<Record<string, string>>,
  options: Partial<StackOptions> = {},
): Promise<TestStack> {
  const root = await mkdtemp(join(tmpdir(), 'sluice-template-'));
  let template = await readFile(join(project, 'template.yaml'), 'utf8');
  for (const [old, text] of Object.entries(replaced)) {
    expect(template.includes(old), `template.yaml has ${old}`).toBe(true);
    template = template.replace(old, text);
  }
  await writeFile(join(root, 'template.yaml'), template);
  for (const folder of ['statemachines', 'dist']) await symlink(join(project, folder), join(root, folder));
  const started = await startTestStack({ root, ...options });
  return {
    ...started,
    async close() {
      await started.close();
      await rm(root, { recursive: true });
    },
  };
}
