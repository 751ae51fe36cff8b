import { type AccessReader, type AccessRequest, jsonMembers, type SignedCall, textMember } from '../access.ts';
import type { StackContext } from '../service.ts';
import { buildId } from './build.ts';
import { projectArn } from './project.ts';

type Members = Readonly<Record<string, unknown>>;
type Names = (input: Members) => readonly string[];

const texts = (value: unknown): readonly string[] => (Array.isArray(value) ? value.map(String) : []);
const projectOf = (build: string): string => buildId(build).split(':')[0] ?? '';

/** By operation, the projects that it is for: a build is judged by its project (CodeBuild User Guide, "Permissions reference"). */
const PROJECTS: Readonly<Record<string, Names>> = {
  BatchDeleteBuilds: ({ ids }) => texts(ids).map(projectOf),
  BatchGetBuilds: ({ ids }) => texts(ids).map(projectOf),
  BatchGetProjects: ({ names }) => texts(names).map((name) => name.slice(name.lastIndexOf('/') + 1)),
  CreateProject: (input) => [textMember(input, 'name')],
  DeleteProject: (input) => [textMember(input, 'name')],
  ListBuildsForProject: (input) => [textMember(input, 'projectName')],
  RetryBuild: (input) => [projectOf(textMember(input, 'id'))],
  StartBuild: (input) => [textMember(input, 'projectName').replace(/^arn:.*:project\//, '')],
  StopBuild: (input) => [projectOf(textMember(input, 'id'))],
  UpdateProject: (input) => [textMember(input, 'name')],
};

/** The operation that a request names; empty when it names none. */
export function operationOf({ headers }: Pick<SignedCall, 'headers'>): string {
  return /^CodeBuild_20161006\.(\w+)$/.exec(String(headers['x-amz-target'] ?? ''))?.[1] ?? '';
}

/** What a request to CodeBuild asks for; to build with a role, the caller must be allowed to pass it. */
export function accessOf(context: StackContext): AccessReader {
  return (call) => {
    const operation = operationOf(call);
    const action = `codebuild:${operation}`;
    if (operation === 'ListBuilds' || operation === 'ListProjects') return [{ action, resource: '*' }];
    const names = Object.hasOwn(PROJECTS, operation) ? PROJECTS[operation] : undefined;
    if (names === undefined) return [];
    const input = jsonMembers(call);
    const projects = new Set(names(input));
    const role = textMember(input, operation === 'StartBuild' ? 'serviceRoleOverride' : 'serviceRole');
    const asked = [...projects].map((name) => ({ action, resource: projectArn(name, context) }));
    return [...asked, ...(role === '' ? [] : [passing(role)])];
  };
}

function passing(role: string): AccessRequest {
  return { action: 'iam:PassRole', resource: role, context: { 'iam:PassedToService': 'codebuild.amazonaws.com' } };
}
