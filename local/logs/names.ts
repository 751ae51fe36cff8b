import { ServiceError, type StackContext } from '../service.ts';
import { type Input, invalidParameter, text } from './input.ts';
import type { Group, Store, Stream } from './store.ts';

/** Refuses a name that no log group can have. */
export function checkGroupName(name: string | undefined): string {
  if (name !== undefined && /^[.\-_/#A-Za-z0-9]{1,512}$/.test(name)) return name;
  throw invalidParameter(`'${name ?? ''}' is not the name of a log group: 1 to 512 letters, digits or ._-/#.`);
}

/** Refuses a name that no log stream can have. */
export function checkStreamName(name: string | undefined): string {
  if (name !== undefined && /^[^:*]{1,512}$/.test(name)) return name;
  throw invalidParameter(
    `'${name ?? ''}' is not the name of a log stream: 1 to 512 characters, no colon, no asterisk.`,
  );
}

/** ARN of a group, as IAM writes it and as DescribeLogGroups' `logGroupArn` has it: without `:*`. */
export function groupArn(name: string, { partition, region, account }: StackContext): string {
  return `arn:${partition}:logs:${region}:${account}:log-group:${name}`;
}

/** The group that a request names by `logGroupName`, or by name or ARN in `logGroupIdentifier`. */
export function namedGroup(store: Store, input: Input, context: StackContext): Group {
  const identifier = text(input, 'logGroupIdentifier');
  const name = text(input, 'logGroupName');
  if (identifier !== undefined && name !== undefined) {
    throw invalidParameter('Give logGroupName or logGroupIdentifier, not both.');
  }
  return groupOf(store, identifier === undefined ? name : fromArn(identifier, context));
}

/** The group of an ARN, with `:*` at its end or not. */
export function groupOfArn(store: Store, arn: string | undefined, context: StackContext): Group {
  return groupOf(store, arn === undefined ? undefined : fromArn(arn, context));
}

export function namedStream(store: Store, group: Group, input: Input): Stream {
  const stream = store.stream(group.id, checkStreamName(text(input, 'logStreamName')));
  if (stream !== undefined) return stream;
  throw new ServiceError('ResourceNotFoundException', 'The specified log stream does not exist.');
}

function groupOf(store: Store, name: string | undefined): Group {
  const group = store.group(checkGroupName(name));
  if (group !== undefined) return group;
  throw new ServiceError('ResourceNotFoundException', 'The specified log group does not exist.');
}

function fromArn(identifier: string, context: StackContext): string {
  const prefix = groupArn('', context);
  return identifier.startsWith(prefix) ? identifier.slice(prefix.length).replace(/:\*$/, '') : identifier;
}
