import { type Caller, ServiceError } from '../service.ts';
import type { Operation } from './operation.ts';
import { integer, refuse, requiredText } from './parameters.ts';
import { type Role, readRole } from './role.ts';
import { readTerms } from './session-terms.ts';
import { credentialsXml } from './xml.ts';

const HOUR = 3600;

/** AssumeRole: credentials of a role. Whether the role's trust admits the caller is judged before, where policies are evaluated. */
export const assumeRole: Operation = ({ form, caller, context, sessions, knownRole }) => {
  refuse(form, ['PolicyArns', 'SerialNumber', 'TokenCode', 'ProvidedContexts']);
  const roleArn = requiredText(form, 'RoleArn', { least: 20, most: 2048 });
  const sessionName = requiredText(form, 'RoleSessionName', { least: 2, most: 64, pattern: /^[\w+=,.@-]*$/ });
  const seconds = integer(form, 'DurationSeconds', 900, 43_200, HOUR);
  const from = sessions.find(caller.accessKeyId)?.session;
  const terms = readTerms(form, from);
  const role = readRole(roleArn, context);
  if (role === undefined || !knownRole(roleArn)) throw notAuthorized(caller, roleArn);
  if (from?.roleArn !== undefined && seconds > HOUR) {
    const message = 'The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining';
    throw new ServiceError('ValidationError', message);
  }
  const identity = sessionOf(role, sessionName, context);
  const credentials = sessions.add({ ...terms, ...identity, by: caller.arn }, seconds);
  return {
    Credentials: credentialsXml(credentials),
    AssumedRoleUser: { AssumedRoleId: identity.userId, Arn: identity.arn },
    SourceIdentity: terms.sourceIdentity,
  };
};

/** How a session of a role is called in ARNs and ids. */
export function sessionOf(
  role: Role,
  sessionName: string,
  { partition, account }: { partition: string; account: string },
) {
  return {
    arn: `arn:${partition}:sts::${account}:assumed-role/${role.name}/${sessionName}`,
    userId: `${role.id}:${sessionName}`,
    roleArn: role.arn,
  };
}

function notAuthorized(caller: Caller, roleArn: string): ServiceError {
  const message = `User: ${caller.arn} is not authorized to perform: sts:AssumeRole on resource: ${roleArn}`;
  return new ServiceError('AccessDenied', message, 403);
}
