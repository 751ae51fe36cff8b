import type { Credentials } from '../ports.ts';
import { uuidOf } from './build.ts';
import type { Clients } from './clients.ts';
import { makeClients } from './clients.ts';
import { PhaseFailure } from './failure.ts';
import type { Run } from './run.ts';
import { unsupported } from './unsupported.ts';

/** What a build may do: its role's credentials, and clients that carry them. */
export interface Role {
  readonly credentials: Credentials;
  readonly clients: Clients;
}

const MARGIN_SECONDS = 15 * 60;

/** PROVISIONING: refuses what this machine cannot honour, all at once, and takes on the build's role. */
export async function provision({ build, context, log, ports }: Run): Promise<Role> {
  const { definition } = build;
  const violations = unsupported(definition);
  if (violations.length > 0) throw new PhaseFailure('LOCAL_RUNNER_UNSUPPORTED', violations.join(' '));
  const credentials = assume(definition.serviceRole, () =>
    ports.assumeRole(
      definition.serviceRole,
      `AWSCodeBuild-${uuidOf(build.id)}`,
      definition.timeoutInMinutes * 60 + MARGIN_SECONDS,
      { service: 'codebuild.amazonaws.com', sourceArn: build.arn },
    ),
  );
  log.hide([credentials.accessKeyId, credentials.secretAccessKey, credentials.sessionToken]);
  log.say(
    'Running on this machine, without a container: its commands can do what the user of the local stack can. Build only sources that you trust.',
  );
  if (definition.environment.certificate) log.say('environment.certificate is not installed by the local runner.');
  if ((definition.cache?.type ?? 'NO_CACHE') !== 'NO_CACHE') log.say('The local runner keeps no cache.');
  if (definition.logsConfig?.s3Logs?.status === 'ENABLED') log.say('The local runner writes no logs to S3.');
  return { credentials, clients: makeClients(context, credentials) };
}

function assume(role: string, work: () => Credentials): Credentials {
  try {
    return work();
  } catch (cause) {
    throw new PhaseFailure(
      'ACCESS_DENIED',
      `CodeBuild cannot assume the service role ${role}: ${(cause as Error).message}`,
      { cause },
    );
  }
}
