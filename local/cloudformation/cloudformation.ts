import { type AccessReader, formMembers } from '../access.ts';
import { type ResourceValues, readBody, type Service, ServiceError, type StackContext } from '../service.ts';
import { stableUuid } from '../unique-id.ts';
import { describeStackResource, describeStacks, type Operation } from './operations.ts';
import { responseXml } from './xml.ts';

const OPERATIONS: Readonly<Record<string, Operation>> = {
  DescribeStackResource: describeStackResource,
  DescribeStacks: describeStacks,
};

/** The one stack, as it was provisioned at this start. */
export interface ProvisionedStack {
  readonly name: string;
  readonly outputs: Readonly<Record<string, string>>;
  /** By logical id. */
  readonly resources: ReadonlyMap<string, ResourceValues & { readonly type: string }>;
}

/** CloudFormation, as far as it tells of the stack that is served: what programs look up in an account, they find here by the same calls. */
export interface CloudFormation extends Service {
  /** Until then nobody is told anything. */
  provisioned(stack: ProvisionedStack): void;
}

/** Opens CloudFormation. It keeps nothing: the template is read at every start. */
export function openCloudFormation(context: StackContext): CloudFormation {
  let stack: ProvisionedStack | undefined;
  return {
    signingName: 'cloudformation',
    resources: {},
    access: accessOf(context),
    async handle({ body, query, requestId }) {
      const form = new URLSearchParams((await readBody(body)).toString());
      for (const [name, value] of query) form.append(name, value);
      const name = form.get('Action') ?? '';
      const operation = Object.hasOwn(OPERATIONS, name) ? OPERATIONS[name] : undefined;
      if (operation === undefined) {
        const message = `The local stack has no CloudFormation operation ${name}. Set AWS_ENDPOINT_URL_CLOUDFORMATION to use another endpoint.`;
        throw new ServiceError('InvalidAction', message);
      }
      if (stack === undefined) throw new ServiceError('ServiceUnavailable', 'The stack is starting.', 503);
      const result = operation({ form, stack, id: stackId(context, stack.name) });
      return { status: 200, headers: { 'content-type': 'text/xml' }, body: responseXml(name, result, requestId) };
    },
    provisioned: (made) => {
      stack = made;
    },
    close() {},
  };
}

/** As `AWS::StackId` has it in the template. */
function stackId({ account, partition, region }: StackContext, name: string): string {
  const id = stableUuid(partition, account, region, name);
  return `arn:${partition}:cloudformation:${region}:${account}:stack/${name}/${id}`;
}

/** A stack that does not exist is asked for by its name alone. */
function accessOf(context: StackContext): AccessReader {
  return (call) => {
    const form = formMembers(call);
    const name = form.get('Action') ?? '';
    if (!Object.hasOwn(OPERATIONS, name)) return [];
    const stack = form.get('StackName') ?? '';
    const resource = stack === '' ? '*' : stack.startsWith('arn:') ? stack : stackId(context, stack);
    return [{ action: `cloudformation:${name}`, resource }];
  };
}
