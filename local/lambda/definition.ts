import { existsSync } from 'node:fs';
import { basename, dirname, resolve } from 'node:path';
import type { Sender } from '../ports.ts';
import type { Resource, StackContext } from '../service.ts';
import { invalid, refuseOthers, whole } from './properties.ts';

/** A function as the template has it. Memory and disk in MB, time-out in seconds. */
export interface FunctionDefinition {
  readonly name: string;
  readonly arn: string;
  /** As written, e.g. `index.handler`. */
  readonly handler: string;
  /** The file that holds the handler, and the name that it is exported by. */
  readonly file: string;
  readonly exported: string;
  readonly folder: string;
  readonly description: string;
  readonly architecture: string;
  readonly memory: number;
  readonly timeout: number;
  readonly disk: number;
  readonly role: string;
  readonly variables: Readonly<Record<string, string>>;
  readonly logging: Logging;
  readonly tracing: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly deadLetterArn?: string;
  /** How many invocations may run at once; 0 throttles all. */
  readonly reserved?: number;
}

/** Where a function's log goes, and how. `systemLevel` rules the platform's own lines of a JSON log. */
export interface Logging {
  readonly group: string;
  readonly format: 'Text' | 'JSON';
  readonly level?: string;
  readonly systemLevel?: string;
}

const KNOWN = [
  'Architectures',
  'Code',
  'DeadLetterConfig',
  'Description',
  'Environment',
  'EphemeralStorage',
  'FunctionName',
  'Handler',
  'KmsKeyArn',
  'LoggingConfig',
  'MemorySize',
  'PackageType',
  'ReservedConcurrentExecutions',
  'Role',
  'Runtime',
  'Tags',
  'Timeout',
  'TracingConfig',
];

/** Names of variables that Lambda sets itself and refuses to have set. https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html */
const RESERVED =
  /^(_HANDLER|_X_AMZN_TRACE_ID|AWS_DEFAULT_REGION|AWS_REGION|AWS_EXECUTION_ENV|AWS_LAMBDA_.*|AWS_ACCESS_KEY(_ID)?|AWS_SECRET_ACCESS_KEY|AWS_SESSION_TOKEN|LAMBDA_TASK_ROOT|LAMBDA_RUNTIME_DIR)$/;

/** Reads an AWS::Lambda::Function; `root` is the folder that `Code.Local` is relative to. */
export function readDefinition(resource: Resource, context: StackContext, root: string): FunctionDefinition {
  refuseOthers(resource, KNOWN);
  const { logicalId, properties } = resource;
  const name: string = properties.FunctionName ?? resource.name;
  if (!/^[\w-]{1,64}$/.test(name)) throw invalid(logicalId, `${name} cannot be a function's name.`);
  if (properties.Runtime !== 'nodejs24.x') {
    throw invalid(logicalId, `The local stack has no runtime ${properties.Runtime}, only nodejs24.x.`);
  }
  if ((properties.PackageType ?? 'Zip') !== 'Zip') throw invalid(logicalId, 'The local stack has no container images.');
  if (typeof properties.Role !== 'string') throw invalid(logicalId, 'A function needs a Role.');
  const deadLetterArn: string | undefined = properties.DeadLetterConfig?.TargetArn;
  return {
    name,
    arn: `arn:${context.partition}:lambda:${context.region}:${context.account}:function:${name}`,
    ...readCode(resource, root),
    description: properties.Description ?? '',
    architecture: properties.Architectures?.[0] ?? 'x86_64',
    memory: whole(resource, 'MemorySize', 128, 10_240, 128),
    timeout: whole(resource, 'Timeout', 1, 900, 3),
    disk: Number(properties.EphemeralStorage?.Size ?? 512),
    role: properties.Role,
    variables: readVariables(resource),
    logging: readLogging(resource, name),
    tracing: properties.TracingConfig?.Mode ?? 'PassThrough',
    tags: readTags(properties.Tags),
    ...(deadLetterArn === undefined ? {} : { deadLetterArn }),
    ...(properties.ReservedConcurrentExecutions === undefined
      ? {}
      : { reserved: whole(resource, 'ReservedConcurrentExecutions', 0, 1000, 0) }),
  };
}

/** As whom Lambda acts for a function: with its execution role. */
export function executionRole({ arn, name, role }: Pick<FunctionDefinition, 'arn' | 'name' | 'role'>): Sender {
  return { service: 'lambda.amazonaws.com', sourceArn: arn, role, session: name };
}

function readCode({ logicalId, properties }: Resource, root: string) {
  const local: unknown = properties.Code?.Local;
  if (typeof local !== 'string')
    throw invalid(logicalId, 'The local stack takes a function from a folder: Code.Local.');
  const handler = String(properties.Handler ?? '');
  const [module = '', ...exported] = basename(handler).split('.');
  if (module === '' || exported.length === 0 || handler.split('/').includes('..')) {
    throw invalid(logicalId, `${handler} cannot be a handler: it is a file's name, a dot and what it exports.`);
  }
  const folder = resolve(root, local);
  const stem = resolve(folder, dirname(handler), module);
  const file = ['.mjs', '.js', '.cjs'].map((ending) => stem + ending).find((path) => existsSync(path));
  if (file === undefined) throw invalid(logicalId, `There is no ${stem}.mjs: the functions are not built.`);
  return { handler, folder, file, exported: exported.join('.') };
}

function readVariables({ logicalId, properties }: Resource): Record<string, string> {
  const variables: Record<string, unknown> = properties.Environment?.Variables ?? {};
  const reserved = Object.keys(variables).filter((name) => RESERVED.test(name));
  if (reserved.length > 0) throw invalid(logicalId, `Lambda sets these variables itself: ${reserved.join(', ')}.`);
  return Object.fromEntries(Object.entries(variables).map(([name, value]) => [name, String(value)]));
}

function readLogging({ properties }: Resource, name: string): Logging {
  const { LogGroup, LogFormat, ApplicationLogLevel, SystemLogLevel } = properties.LoggingConfig ?? {};
  return {
    group: LogGroup ?? `/aws/lambda/${name}`,
    format: LogFormat === 'JSON' ? 'JSON' : 'Text',
    ...(ApplicationLogLevel === undefined ? {} : { level: String(ApplicationLogLevel) }),
    ...(SystemLogLevel === undefined ? {} : { systemLevel: String(SystemLogLevel) }),
  };
}

function readTags(tags: readonly { readonly Key: string; readonly Value: string }[] = []): Record<string, string> {
  return Object.fromEntries(tags.map(({ Key, Value }) => [Key, String(Value)]));
}
