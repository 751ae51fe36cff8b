import { createHash } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import type { FunctionDefinition } from './definition.ts';

/** A function's configuration as GetFunctionConfiguration answers it. The digest and size are the handler file's. */
export function describeFunction(definition: FunctionDefinition): object {
  const { logging, deadLetterArn } = definition;
  const code = readFileSync(definition.file);
  const digest = createHash('sha256').update(code);
  return {
    FunctionName: definition.name,
    FunctionArn: definition.arn,
    Runtime: 'nodejs24.x',
    Role: definition.role,
    Handler: definition.handler,
    CodeSize: code.length,
    CodeSha256: digest.digest('base64'),
    Description: definition.description,
    Timeout: definition.timeout,
    MemorySize: definition.memory,
    LastModified: statSync(definition.file).mtime.toISOString().replace('Z', '+0000'),
    Version: '$LATEST',
    Environment: { Variables: definition.variables },
    ...(deadLetterArn === undefined ? {} : { DeadLetterConfig: { TargetArn: deadLetterArn } }),
    TracingConfig: { Mode: definition.tracing },
    State: 'Active',
    LastUpdateStatus: 'Successful',
    PackageType: 'Zip',
    Architectures: [definition.architecture],
    EphemeralStorage: { Size: definition.disk },
    LoggingConfig: {
      LogGroup: logging.group,
      LogFormat: logging.format,
      ...(logging.level === undefined ? {} : { ApplicationLogLevel: logging.level }),
      ...(logging.systemLevel === undefined ? {} : { SystemLogLevel: logging.systemLevel }),
    },
  };
}

/** The same with its code's place, tags and reserved concurrency, as GetFunction answers it. */
export function describeFunctionAndCode(definition: FunctionDefinition): object {
  const { reserved, tags, folder } = definition;
  return {
    Configuration: describeFunction(definition),
    Code: { RepositoryType: 'Local', Location: pathToFileURL(folder).href },
    Tags: tags,
    ...(reserved === undefined ? {} : { Concurrency: { ReservedConcurrentExecutions: reserved } }),
  };
}
