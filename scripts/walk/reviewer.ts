import { waitFor } from './wait-for.ts';

/** A mail of the local mailbox. */
export interface Mail {
  readonly id: string | number;
  readonly subject: string;
  readonly text: string;
}

/** The approval links in the mailbox, the newest first. */
export async function approvalLinks(endpoint: string): Promise<readonly string[]> {
  const response = await fetch(`${endpoint}/mail/messages.json`);
  const mails = (await response.json()) as readonly Mail[];
  return mails.flatMap(({ text }) => /https?:\/\/\S+\/approvals\/\S+/.exec(text)?.[0] ?? []);
}

/** Waits for the link of a run's approval. */
export function linkFor(endpoint: string, run: string): Promise<string> {
  return waitFor(`the mail that asks to approve run ${run}`, async () =>
    (await approvalLinks(endpoint)).find((link) => link.includes(`run=${run}`)),
  );
}

/** Opens a link as a reviewer: the page, and the hidden fields that a decision needs. */
export async function openLink(
  link: string,
): Promise<{ readonly page: string; readonly fields: Readonly<Record<string, string>> }> {
  const response = await fetch(link);
  const page = await response.text();
  if (!response.ok)
    throw new Error(
      `The approval page answers ${response.status}: ${page
        .replace(/<[^>]*>/g, ' ')
        .trim()
        .slice(0, 300)}`,
    );
  const hidden = page.matchAll(/<input type="hidden" name="([^"]*)" value="([^"]*)"/g);
  return { page, fields: Object.fromEntries([...hidden].map(([, name = '', value = '']) => [name, value])) };
}

/** Decides as the page's form does. */
export async function decide(
  link: string,
  status: 'Approved' | 'Rejected',
  summary: string,
  fields: Readonly<Record<string, string>>,
): Promise<Response> {
  return fetch(link, { method: 'POST', body: new URLSearchParams({ ...fields, status, summary }) });
}
