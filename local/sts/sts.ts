import type { AccessRequest } from '../access.ts';
import type { Ports } from '../ports.ts';
import {
  type Caller,
  readBody,
  type Service,
  ServiceError,
  type ServiceRequest,
  type StackContext,
} from '../service.ts';
import { accessOf } from './access.ts';
import { assumeRole, sessionOf } from './assume-role.ts';
import { getCallerIdentity } from './get-caller-identity.ts';
import { getSessionToken } from './get-session-token.ts';
import type { Operation } from './operation.ts';
import { readRole } from './role.ts';
import { openSessions, type Session } from './sessions.ts';
import { responseXml } from './xml.ts';

const OPERATIONS: Readonly<Record<string, Operation>> = {
  AssumeRole: assumeRole,
  GetCallerIdentity: getCallerIdentity,
  GetSessionToken: getSessionToken,
};

/** The access keys of the local administrator: what one gives the AWS CLI when there is no account. */
const ADMINISTRATOR = 'test';

/** Security Token Service: who a key stands for, and temporary credentials of roles. */
export interface Sts extends Service, Pick<Ports, 'assumeRole'> {
  /** Whom an access key stands for: the administrator, or a session (also an expired one, for a day). */
  find(
    accessKeyId: string,
  ): { secretAccessKey: string; sessionToken?: string; caller: Caller; expiration?: number } | undefined;
  /** What assuming a role asks for. */
  accessToAssume(roleArn: string): readonly AccessRequest[];
  /** What was agreed when the key was handed out: role, session policy, tags. Undefined for the administrator. */
  session(accessKeyId: string): Session | undefined;
}

/** Opens STS over `<dir>/sts`. `knownRole`: whether the account has a role; without it, every role of the account. */
export function openSts(
  context: StackContext,
  options: { knownRole?(arn: string): boolean; trustOf?(arn: string): string | undefined } = {},
): Sts {
  const { account, partition } = context;
  const sessions = openSessions(context);
  const knownRole = (arn: string) => options.knownRole?.(arn) ?? true;

  async function handle({ query, body, caller, requestId }: ServiceRequest) {
    const form = new URLSearchParams((await readBody(body)).toString());
    for (const [name, value] of query) form.append(name, value);
    const name = form.get('Action') ?? '';
    const operation = Object.hasOwn(OPERATIONS, name) ? OPERATIONS[name] : undefined;
    if (operation === undefined) {
      const message = `The local stack has no STS operation ${name}. Set AWS_ENDPOINT_URL_STS to use another endpoint.`;
      throw new ServiceError('InvalidAction', message);
    }
    const result = operation({ form, caller, context, sessions, knownRole });
    return { status: 200, headers: { 'content-type': 'text/xml' }, body: responseXml(name, result, requestId) };
  }

  return {
    signingName: 'sts',
    resources: {},
    access: accessOf(context, {
      session: (accessKeyId) => sessions.find(accessKeyId)?.session,
      trustOf: (arn) => options.trustOf?.(arn),
    }),
    handle,
    find(accessKeyId) {
      if (accessKeyId === ADMINISTRATOR) {
        const caller = { arn: `arn:${partition}:iam::${account}:root`, account, accessKeyId };
        return { secretAccessKey: ADMINISTRATOR, caller };
      }
      const found = sessions.find(accessKeyId);
      if (found === undefined) return undefined;
      const { secretAccessKey, sessionToken, expiration, session } = found;
      return { secretAccessKey, sessionToken, expiration, caller: { arn: session.arn, account, accessKeyId } };
    },
    session: (accessKeyId) => sessions.find(accessKeyId)?.session,
    accessToAssume: (resource) => [{ action: 'sts:AssumeRole', resource, policy: options.trustOf?.(resource) }],
    assumeRole(roleArn, sessionName, seconds) {
      const role = readRole(roleArn, context);
      if (role === undefined || !knownRole(roleArn))
        throw new ServiceError('ValidationError', `${roleArn} is not a role of account ${account}.`);
      const session = { ...sessionOf(role, sessionName, context), tags: {}, transitiveTagKeys: [] };
      return sessions.add(session, seconds);
    },
    close: () => sessions.close(),
  };
}
