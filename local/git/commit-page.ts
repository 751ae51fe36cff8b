import { existsSync } from 'node:fs';
import type { ServiceResponse } from '../service.ts';
import { folderOf, isRepository } from './repository.ts';
import { git } from './run.ts';

const address = /^\/([^/]+\/[^/]+)\/commit\/([0-9a-f]{40,64})$/;
const shown = 500_000;

/** What a commit changed, at the address that a host would give it: plain text, so that nothing of it can act. Undefined for any other address. */
export async function commitPage(root: string, method: string, path: string): Promise<ServiceResponse | undefined> {
  const [, repository = '', id = ''] = address.exec(path) ?? [];
  if (!isRepository(repository) || !existsSync(folderOf(root, repository))) return undefined;
  if (method !== 'GET' && method !== 'HEAD') return undefined;
  const text = await git(folderOf(root, repository), [
    'show',
    '--no-color',
    '--format=fuller',
    '--stat',
    '--patch',
    id,
    '--',
  ]).catch(() => undefined);
  if (text === undefined) return { status: 404, headers: headers(), body: 'There is no such commit.\n' };
  return {
    status: 200,
    headers: headers(),
    body: text.length > shown ? `${text.slice(0, shown)}\n… (${text.length} characters in all)\n` : text,
  };
}

function headers(): Record<string, string> {
  return {
    'content-type': 'text/plain; charset=utf-8',
    'x-content-type-options': 'nosniff',
    'content-security-policy': "default-src 'none'",
  };
}
