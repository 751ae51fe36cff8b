import type { ServiceRequest, ServiceResponse } from '../service.ts';
import { readBody, ServiceError } from '../service.ts';
import { operationOf } from './access.ts';
import type { Codebuild, Input, Operation } from './operation.ts';
import { batchDeleteBuilds } from './operations/batch-delete-builds.ts';
import { batchGetBuilds } from './operations/batch-get-builds.ts';
import { batchGetProjects } from './operations/batch-get-projects.ts';
import { createProject } from './operations/create-project.ts';
import { deleteProject } from './operations/delete-project.ts';
import { listBuilds } from './operations/list-builds.ts';
import { listBuildsForProject } from './operations/list-builds-for-project.ts';
import { listProjects } from './operations/list-projects.ts';
import { retryBuild } from './operations/retry-build.ts';
import { startBuild } from './operations/start-build.ts';
import { stopBuild } from './operations/stop-build.ts';
import { updateProject } from './operations/update-project.ts';

const OPERATIONS: Readonly<Record<string, Operation>> = {
  BatchDeleteBuilds: batchDeleteBuilds,
  BatchGetBuilds: batchGetBuilds,
  BatchGetProjects: batchGetProjects,
  CreateProject: createProject,
  DeleteProject: deleteProject,
  ListBuilds: listBuilds,
  ListBuildsForProject: listBuildsForProject,
  ListProjects: listProjects,
  RetryBuild: retryBuild,
  StartBuild: startBuild,
  StopBuild: stopBuild,
  UpdateProject: updateProject,
};

/** Answers a request of the JSON 1.1 protocol (`X-Amz-Target: CodeBuild_20161006.<Operation>`). */
export async function answer(codebuild: Codebuild, request: ServiceRequest): Promise<ServiceResponse> {
  try {
    const operation = operationFor(request);
    const output = operation(codebuild, await readInput(request), request.caller);
    return response(request, 200, output);
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error;
    return response(request, error.status, { __type: error.code, message: error.message, ...error.members });
  }
}

function operationFor({ headers }: ServiceRequest): Operation {
  const name = operationOf({ headers });
  const operation = Object.hasOwn(OPERATIONS, name) ? OPERATIONS[name] : undefined;
  if (operation) return operation;
  const message = `The local stack has no CodeBuild operation ${name || headers['x-amz-target']}. Set AWS_ENDPOINT_URL_CODEBUILD to use another endpoint.`;
  throw new ServiceError('UnknownOperationException', message);
}

async function readInput({ body }: ServiceRequest): Promise<Input> {
  const text = (await readBody(body)).toString('utf8');
  try {
    const input: unknown = JSON.parse(text || '{}');
    if (typeof input === 'object' && input !== null && !Array.isArray(input)) return input;
  } catch {
    // Answered below, as a body that is JSON but no object is.
  }
  throw new ServiceError('SerializationException', 'The body is not a JSON object.');
}

function response({ requestId }: ServiceRequest, status: number, body: object): ServiceResponse {
  const headers = { 'content-type': 'application/x-amz-json-1.1', 'x-amzn-requestid': requestId };
  return { status, headers, body: JSON.stringify(body) };
}
