/** What an approval link names. The signature covers all of it. */
export interface ReviewLink {
  readonly pipeline: string;
  readonly run: string;
  readonly stage: string;
  readonly action: string;
  readonly token: string;
  /** Milliseconds since the epoch. */
  readonly expires: number;
}

/** The text that a link's signature is made over: fields in order, none of which can hold a line break. */
export function signedText({ pipeline, run, stage, action, token, expires }: ReviewLink): string {
  return ['sluice-approval-1', pipeline, run, stage, action, token, String(expires)].join('\n');
}

/** What the links of approval mails do here: they decide, they only show (deciding needs credentials), or there are none. */
export type LinkMode = 'decides' | 'needs-sign-in' | 'off';

/** The path that only names an approval. */
export function approvalPath({ pipeline, stage, action }: Pick<ReviewLink, 'pipeline' | 'stage' | 'action'>): string {
  return `/approvals/${[pipeline, stage, action].map(encodeURIComponent).join('/')}`;
}

/** The path and query of a link. */
export function reviewPath(link: ReviewLink, signature: string): string {
  const query = new URLSearchParams({ run: link.run, token: link.token, expires: String(link.expires), signature });
  return `${approvalPath(link)}?${query}`;
}
