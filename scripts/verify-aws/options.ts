import { parseArgs } from 'node:util';

export const usage =
  'npm run verify:aws -- [--region R] [--stack-name NAME] [--approval-email ADDRESS] [--repository OWNER/NAME [--branch B] [--host URL] [--token-secret sluice/NAME]] [--keep] [--only ID,ID] [--yes] [--endpoint-url URL]';

/** How the walk is to be. */
export interface Options {
  /** Absent: as the AWS SDK finds it. */
  readonly region?: string;
  /** Of the stack that is deployed and deleted; absent: a new name. */
  readonly stackName?: string;
  /** Is mailed the links besides; SNS asks it to confirm first. */
  readonly approvalEmail?: string;
  /** The source is a repository instead of a zip in a bucket. */
  readonly repository?: Repository;
  /** Nothing is deleted. */
  readonly keep: boolean;
  /** Ids of the lines to probe; absent: all. */
  readonly only?: readonly string[];
  /** Does not ask. */
  readonly yes: boolean;
  /** A local stack to try the walk against. */
  readonly endpointUrl?: string;
}

/** A repository that a connection can reach. */
export interface Repository {
  readonly name: string;
  readonly branch: string;
  /** Of git, without a slash at the end. */
  readonly host: string;
  /** The name of the secret with the token; absent: a public repository. */
  readonly tokenSecret?: string;
}

/** Reads the command line; throws one sentence about what is wrong with it. `ids`: those that there are. */
export function readOptions(args: readonly string[], ids: readonly string[]): Options {
  const text = { type: 'string' } as const;
  const { values } = parseArgs({
    args: [...args],
    options: {
      region: text,
      'stack-name': text,
      'approval-email': text,
      repository: text,
      branch: { ...text, default: 'main' },
      host: { ...text, default: 'https://github.com' },
      'token-secret': text,
      keep: { type: 'boolean', default: false },
      only: text,
      yes: { type: 'boolean', default: false },
      'endpoint-url': text,
    },
  });
  const { region, 'stack-name': stackName, 'endpoint-url': endpointUrl, keep, yes } = values;
  const only = values.only?.split(',').map((id) => id.trim());
  const unknown = only?.find((id) => !ids.includes(id));
  if (unknown !== undefined) throw new Error(`--only names '${unknown}', which is no id of docs/unverified-on-aws.md.`);
  if (stackName !== undefined && !/^[A-Za-z][A-Za-z0-9-]{0,30}$/.test(stackName))
    throw new Error(`--stack-name must be up to 31 letters, digits and hyphens, not '${stackName}'.`);
  if (endpointUrl !== undefined && !/^http:\/\/127\.0\.0\.1:\d+\/?$/.test(endpointUrl))
    throw new Error(`--endpoint-url must be a local stack such as http://127.0.0.1:4747, not '${endpointUrl}'.`);
  return {
    keep,
    yes,
    ...(region === undefined ? {} : { region }),
    ...(stackName === undefined ? {} : { stackName }),
    ...(values['approval-email'] === undefined ? {} : { approvalEmail: values['approval-email'] }),
    ...(only === undefined ? {} : { only }),
    ...(endpointUrl === undefined ? {} : { endpointUrl: endpointUrl.replace(/\/$/, '') }),
    ...(values.repository === undefined
      ? {}
      : { repository: repositoryOf(values.repository, values.branch, values.host, values['token-secret']) }),
  };
}

function repositoryOf(name: string, branch: string, host: string, tokenSecret: string | undefined): Repository {
  if (!/^[\w.-]+\/[\w.-]+$/.test(name)) throw new Error(`--repository must be OWNER/NAME, not '${name}'.`);
  if (tokenSecret !== undefined && !tokenSecret.startsWith('sluice/'))
    throw new Error(`--token-secret must be the name of a secret that begins with sluice/, not '${tokenSecret}'.`);
  return { name, branch, host: host.replace(/\/$/, ''), ...(tokenSecret === undefined ? {} : { tokenSecret }) };
}
