import type { ActionTypeId } from './declaration.ts';

/** The hosts of repositories that a connection can be to. */
export const connectionKinds = ['GitHub', 'GitLab', 'Bitbucket'] as const;
export type ConnectionKind = (typeof connectionKinds)[number];

/** A connection to a host of git repositories. */
export interface Connection {
  /** The last part of the ARN: a UUID. It names the webhook too. */
  readonly id: string;
  readonly arn: string;
  readonly kind: ConnectionKind;
  /** Where repositories are cloned from: `https://github.com`, without a slash at the end. */
  readonly host: string;
  /**
   * Where the host's REST API is: `https://api.github.com`. It is asked for archives (GitHub) and for changed files that no payload names.
   * Absent: commits are fetched by git, and such files are not known.
   */
  readonly api?: string;
  /** The secret that holds the token with which repositories are read; absent for public ones. */
  readonly credentialSecret?: string;
  /** The secret that holds the key of webhook signatures; of GitLab, the token that webhooks carry. */
  readonly webhookSecret: string;
  /** Pushes to a branch whose newest commit says `[skip ci]` or `[ci skip]` start nothing. */
  readonly skipCi?: boolean;
}

/** The connection's id; undefined when the text is not the ARN of a connection. Both of the service's names are taken. */
export function connectionId(arn: string): string | undefined {
  return /^arn:aws[a-z-]*:(?:codestar-connections|codeconnections):[a-z0-9-]+:\d{12}:connection\/([0-9a-f-]{36})$/.exec(
    arn,
  )?.[1];
}

/** Whether actions of a type fetch through a connection. A custom type may have the same provider. */
export function isConnectionSource({ owner, provider }: ActionTypeId): boolean {
  return owner === 'AWS' && provider === 'CodeStarSourceConnection';
}
