import { createHash, randomUUID } from 'node:crypto';
import type { Caller } from '../service.ts';
import { ServiceError } from '../service.ts';
import type { Codebuild, Input } from './operation.ts';
import type { Definition } from './project.ts';
import { invalid } from './project.ts';
import { showBuild } from './shown.ts';

/** Stores a new build and queues it; the same idempotency token and parameters give the same build for five minutes. Answers with the build as the API shows it. */
export function submitBuild(
  codebuild: Codebuild,
  projectName: string,
  definition: Definition,
  input: Input,
  caller: Caller,
): object {
  const { context, records, projects, queue } = codebuild;
  const { idempotencyToken, ...parameters } = input;
  const digest = createHash('sha256').update(canonical({ projectName, parameters })).digest('hex');
  const id = `${projectName}:${randomUUID()}`;
  const arn = `arn:${context.partition}:codebuild:${context.region}:${context.account}:build/${id}`;
  const limit = projects.get(projectName)?.concurrentBuildLimit;
  const submitted = records.submit(
    { id, arn, projectName, definition, initiator: initiatorOf(caller) },
    idempotencyToken && { token: String(idempotencyToken), digest },
    () => checkLimit(limit === undefined ? 0 : records.open(projectName).length, limit),
  );
  if (!submitted) throw invalid('The idempotency token was used with other parameters.');
  if (submitted.isNew) queue.add(submitted.build);
  return showBuild(submitted.build, context);
}

function checkLimit(open: number, limit: number | undefined): void {
  if (limit === undefined || open < limit) return;
  throw new ServiceError(
    'AccountLimitExceededException',
    `Build failed to start: the project's limit of ${limit} concurrent builds is reached.`,
  );
}

/** A user's name, or `role/session`, as CodeBuild records who started a build. */
function initiatorOf({ arn }: Caller): string {
  const resource = arn.split(':').slice(5).join(':');
  return resource.replace(/^(user|assumed-role)\//, '');
}

/** JSON with sorted members, so that equal parameters give equal text. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_, member) =>
    typeof member === 'object' && member !== null && !Array.isArray(member)
      ? Object.fromEntries(Object.entries(member).sort(([a], [b]) => (a < b ? -1 : 1)))
      : member,
  );
}
