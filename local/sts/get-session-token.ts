import { ServiceError } from '../service.ts';
import type { Operation } from './operation.ts';
import { integer, refuse } from './parameters.ts';
import { credentialsXml } from './xml.ts';

const LONGEST_FOR_ROOT = 3600;

/** GetSessionToken: temporary credentials of the caller itself. The local administrator is an account's root, whose tokens last an hour at most. */
export const getSessionToken: Operation = ({ form, caller, sessions }) => {
  refuse(form, ['SerialNumber', 'TokenCode']);
  const seconds = integer(form, 'DurationSeconds', 900, 129_600, LONGEST_FOR_ROOT);
  if (sessions.find(caller.accessKeyId) !== undefined) {
    throw new ServiceError('AccessDenied', 'Cannot call GetSessionToken with session credentials', 403);
  }
  const session = { arn: caller.arn, userId: caller.account, tags: {}, transitiveTagKeys: [] };
  return { Credentials: credentialsXml(sessions.add(session, Math.min(seconds, LONGEST_FOR_ROOT))) };
};
