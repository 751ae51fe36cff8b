import { devNull } from 'node:os';
import type { Credentials } from '../ports.ts';
import type { StackContext } from '../service.ts';
import type { FunctionDefinition } from './definition.ts';

/**
 * The environment of a sandbox: what Lambda sets, where the stack's services are, and the function's own variables; nothing else of
 * the host's. https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html
 */
export function environmentOf(
  definition: FunctionDefinition,
  context: StackContext,
  credentials: Credentials,
  { stream, temporary, host }: { stream: string; temporary: string; host: NodeJS.ProcessEnv },
): Record<string, string> {
  const { logging } = definition;
  return {
    PATH: host['PATH'] ?? '',
    TZ: 'UTC',
    LANG: 'en_US.UTF-8',
    AWS_ENDPOINT_URL: context.endpoint,
    ...endpointsOf(host),
    ...definition.variables,
    AWS_REGION: context.region,
    AWS_DEFAULT_REGION: context.region,
    AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    AWS_SESSION_TOKEN: credentials.sessionToken,
    AWS_LAMBDA_FUNCTION_NAME: definition.name,
    AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(definition.memory),
    AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
    AWS_LAMBDA_LOG_GROUP_NAME: logging.group,
    AWS_LAMBDA_LOG_STREAM_NAME: stream,
    ...(logging.format === 'JSON'
      ? { AWS_LAMBDA_LOG_FORMAT: 'JSON', AWS_LAMBDA_LOG_LEVEL: logging.level ?? 'INFO' }
      : {}),
    LAMBDA_TASK_ROOT: definition.folder,
    _HANDLER: definition.handler,
    ...homeOf(temporary),
  };
}

/** Lambda's file system has a /tmp for each sandbox and no developer's ~/.aws: here only variables can say so. */
function homeOf(temporary: string): Record<string, string> {
  return { TMPDIR: temporary, AWS_CONFIG_FILE: devNull, AWS_SHARED_CREDENTIALS_FILE: devNull };
}

function endpointsOf(host: NodeJS.ProcessEnv): Record<string, string> {
  const set = Object.entries(host).filter(([name, value]) => name.startsWith('AWS_ENDPOINT_URL_') && value);
  return Object.fromEntries(set.map(([name, value]) => [name, value ?? '']));
}
