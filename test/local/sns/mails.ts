import { Readable } from 'node:stream';
import type { Sns } from '../../../local/sns/sns.ts';

/** Asks for a page of the mailbox. */
export async function page(sns: Sns, path: string, { method = 'GET', query = '' } = {}) {
  const {
    status,
    headers = {},
    body,
  } = await sns.mailbox({ method, path, query, headers: {}, body: Readable.from([]) });
  return { status, headers, body: String(body ?? '') };
}

/** The mails that the mailbox tells of, newest first. */
export async function mailsOf(sns: Sns): Promise<{ id: string; to: string; subject: string; text: string }[]> {
  return JSON.parse((await page(sns, 'messages.json')).body);
}
