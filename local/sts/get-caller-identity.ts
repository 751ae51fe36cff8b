import type { Operation } from './operation.ts';

/** GetCallerIdentity: who signed. The UserId of a session is `ROLE ID:SESSION NAME`, the administrator's is the account. */
export const getCallerIdentity: Operation = ({ caller, sessions }) => {
  const session = sessions.find(caller.accessKeyId)?.session;
  return { Arn: caller.arn, UserId: session?.userId ?? caller.account, Account: caller.account };
};
