/** The hosts of repositories that a connection can be to. */
export type ConnectionKind = 'GitHub';

/** A connection to a host of git repositories. */
export interface Connection {
  /** The last part of the ARN: a UUID. It names the webhook too. */
  readonly id: string;
  readonly arn: string;
  readonly kind: ConnectionKind;
  /** Where repositories are cloned from: `https://github.com`, without a slash at the end. */
  readonly host: string;
  /** Where the host's REST API is, if it has one that serves archives: `https://api.github.com`. Absent: commits are fetched by git. */
  readonly api?: string;
  /** The secret that holds the token with which repositories are read; absent for public ones. */
  readonly credentialSecret?: string;
  /** The secret that holds the key of webhook signatures. */
  readonly webhookSecret: string;
}

/** The connection's id; undefined when the text is not the ARN of a connection. Both of the service's names are taken. */
export function connectionId(arn: string): string | undefined {
  return /^arn:aws[a-z-]*:(?:codestar-connections|codeconnections):[a-z0-9-]+:\d{12}:connection\/([0-9a-f-]{36})$/.exec(
    arn,
  )?.[1];
}
