import { readFileSync, writeFileSync } from 'node:fs';
import { replaceModules } from '../simulation/replace.ts';

const file = new URL('../../../docs/commands.md', import.meta.url);

replaceModules();
const { commandsDocument } = await import('./table.ts');
const text = await commandsDocument();

if (!process.argv.includes('--check')) writeFileSync(file, text);
else if (text !== readFileSync(file, 'utf8')) {
  console.log('docs/commands.md does not say what the commands do: npm run commands writes it anew.');
  process.exitCode = 1;
}
