import model from '../../functions/api/codepipeline-model.json' with { type: 'json' };
import { nestedNames, pathNames } from '../../functions/api/route.ts';

interface Member {
  readonly shape: string;
  readonly required: boolean;
  readonly jsonName: string;
  readonly idempotencyToken?: boolean;
}

interface Shape {
  readonly type: string;
  readonly members?: Readonly<Record<string, Member>>;
  readonly member?: string;
  readonly key?: string;
  readonly value?: string;
  readonly error?: { readonly code: string; readonly httpStatus: number };
  readonly format?: string;
}

type Operation = { readonly input: string | null; readonly output: string | null; readonly errors: readonly string[] };

const shapes = model.shapes as unknown as Readonly<Record<string, Shape>>;
const operations = model.operations as Readonly<Record<string, Operation>>;

/**
 * CodePipeline's service model with Sluice's paths, in botocore's form: what `aws sluice` and boto3 read. CreatePipeline, UpdatePipeline
 * and PutWebhook name the pipeline inside a member, where no path can take it from: they have a member `pipelineName` besides.
 */
export function serviceModel(): object {
  const { apiVersion, targetPrefix } = model.service;
  return {
    version: '2.0',
    metadata: {
      apiVersion,
      endpointPrefix: 'execute-api',
      signingName: 'execute-api',
      serviceId: 'Sluice',
      serviceFullName: 'Sluice',
      signatureVersion: 'v4',
      protocol: 'rest-json',
      protocols: ['rest-json'],
      uid: `sluice-${apiVersion}`,
    },
    operations: Object.fromEntries(
      Object.entries(operations).map(([name, operation]) => [name, operationOf(name, operation)]),
    ),
    shapes: Object.fromEntries([
      ...Object.entries(shapes).map(([name, shape]) => [name, shapeOf(shape)]),
      ...Object.entries(operations).map(([name, { input }]) => [`${name}Call`, inputOf(name, input)]),
    ]),
    documentation: `<p>${targetPrefix} as a Sluice stack serves it. Name the stack by <code>--endpoint-url</code>, the output ApiUrl.</p>`,
  };
}

function operationOf(name: string, { output, errors }: Operation): object {
  const { members } = inputOf(name, operations[name]?.input ?? null);
  const parts = Object.values(members).flatMap(({ locationName, location }) =>
    location ? [`/{${locationName}}`] : [],
  );
  return {
    name,
    http: { method: 'POST', requestUri: `/${name}${parts.join('')}` },
    input: { shape: `${name}Call` },
    ...(output === null ? {} : { output: { shape: output } }),
    errors: errors.map((shape) => ({ shape })),
  };
}

interface InputMember {
  readonly shape: string;
  readonly location?: 'uri';
  readonly locationName?: string;
  readonly idempotencyToken?: true;
}

/** An operation's input, the names that its path carries first, in the path's order. */
function inputOf(operation: string, shape: string | null) {
  const { members = {} } = shapes[shape ?? ''] ?? {};
  const known = Object.entries(members);
  const inPath = (['pipeline', 'stage', 'action'] as const).flatMap((part): [string, InputMember][] => {
    const names = pathNames(operation, part);
    const found = known.find(([member]) => names.includes(member));
    if (found) return [[found[0], { shape: found[1].shape, location: 'uri', locationName: part }]];
    return part === 'pipeline' && Object.keys(nestedNames).some((member) => members[member])
      ? [['pipelineName', { shape: 'PipelineName', location: 'uri', locationName: part }]]
      : [];
  });
  const taken = inPath.map(([member]) => member);
  const inBody = known.filter(([member]) => !taken.includes(member));
  return {
    type: 'structure',
    required: [...taken, ...inBody.filter(([, { required }]) => required).map(([member]) => member)],
    members: Object.fromEntries<InputMember>([
      ...inPath,
      ...inBody.map(([member, { shape, idempotencyToken }]): [string, InputMember] => [
        member,
        { shape, ...(idempotencyToken ? { idempotencyToken } : {}) },
      ]),
    ]),
  };
}

/** Times are seconds since the epoch, as rest-json has them by itself. */
function shapeOf(shape: Shape): object {
  const { members, member, key, value, error, format: _, ...rest } = shape;
  return {
    ...rest,
    ...(member === undefined ? {} : { member: { shape: member } }),
    ...(key === undefined ? {} : { key: { shape: key } }),
    ...(value === undefined ? {} : { value: { shape: value } }),
    ...(error === undefined ? {} : { exception: true, error: { code: error.code, httpStatusCode: error.httpStatus } }),
    ...(members === undefined ? {} : structure(members)),
  };
}

function structure(members: Readonly<Record<string, Member>>): object {
  const entries = Object.entries(members);
  const required = entries.filter(([, member]) => member.required).map(([name]) => name);
  return {
    ...(required.length === 0 ? {} : { required }),
    members: Object.fromEntries(
      entries.map(([name, { shape, jsonName }]) => [
        name,
        jsonName === name ? { shape } : { shape, locationName: jsonName },
      ]),
    ),
  };
}
