import { AssumeRoleCommand, type AssumeRoleCommandInput, type Credentials, STSClient } from '@aws-sdk/client-sts';

/** Keys of a role's session, as SDK clients take them. */
export interface Keys {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
  readonly expiration: Date;
}

/** The identity with which an action reaches its resources, and the Region they are in. */
export interface Access {
  readonly roleArn: string;
  readonly region: string;
  /** Assumes the role again when its keys are about to expire: a session of a chained role lasts an hour at most. */
  readonly credentials: () => Promise<Keys>;
}

/** For whom a role is assumed: session name and tags say so, the ExternalId is the pipeline's ARN. */
export interface Purpose {
  readonly pipelineArn: string;
  readonly pipeline: string;
  readonly run: string;
  readonly action: string;
  /** A policy that limits the session. */
  readonly sessionPolicy: string;
}

const sts = new STSClient({});
const lifetimeSeconds = 3600;
const renewBeforeMillis = 5 * 60_000;

/**
 * Access by the pipeline's role; and from there by the action's own role, when it has one. Nothing is assumed before the first
 * use. AccessDenied of STS reaches the caller as it is: it names principal and role.
 */
export function accessBy(
  roles: { readonly pipeline: string; readonly action?: string },
  region: string,
  purpose: Purpose,
): Access {
  const pipeline = renewing(() => assume(sts, roles.pipeline, purpose));
  const { action } = roles;
  if (action === undefined || action === roles.pipeline)
    return { roleArn: roles.pipeline, region, credentials: pipeline };
  const through = new STSClient({ credentials: pipeline });
  return { roleArn: action, region, credentials: renewing(() => assume(through, action, purpose)) };
}

async function assume(client: STSClient, roleArn: string, purpose: Purpose): Promise<Keys> {
  const input: AssumeRoleCommandInput = {
    RoleArn: roleArn,
    RoleSessionName: `${purpose.pipeline.slice(0, 27)}-${purpose.run}`.slice(0, 64),
    DurationSeconds: lifetimeSeconds,
    ExternalId: purpose.pipelineArn,
    Policy: purpose.sessionPolicy,
    Tags: [
      { Key: 'pipeline', Value: purpose.pipeline },
      { Key: 'run', Value: purpose.run },
      { Key: 'action', Value: purpose.action },
    ],
  };
  const { Credentials: found } = await client.send(new AssumeRoleCommand(input));
  return keysFrom(found);
}

function keysFrom(credentials: Credentials | undefined): Keys {
  const { AccessKeyId, SecretAccessKey, SessionToken, Expiration } = credentials ?? {};
  if (!AccessKeyId || !SecretAccessKey || !SessionToken || !Expiration)
    throw new Error('STS answered without credentials.');
  return {
    accessKeyId: AccessKeyId,
    secretAccessKey: SecretAccessKey,
    sessionToken: SessionToken,
    expiration: Expiration,
  };
}

function renewing(get: () => Promise<Keys>): () => Promise<Keys> {
  let current: Promise<Keys> | undefined;
  return async () => {
    const keys = await current?.catch(() => undefined);
    if (keys && keys.expiration.getTime() - Date.now() > renewBeforeMillis) return keys;
    current = get();
    return current;
  };
}
