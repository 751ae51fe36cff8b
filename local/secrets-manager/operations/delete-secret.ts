import { flag, integer, invalidParameter, invalidRequest, text } from '../input.ts';
import { type Operation, seconds } from '../operation.ts';
import { findSecret, namedSecret, secretArn } from '../secret-id.ts';

const DAY = 86_400_000;

/** DeleteSecret: at once when forced, else after a recovery window of 7 to 30 days (30 when none is named). */
export const deleteSecret: Operation = (input, { store, context, now }) => {
  const days = integer(input, 'RecoveryWindowInDays', 7, 30);
  const force = flag(input, 'ForceDeleteWithoutRecovery');
  if (force && days !== undefined) {
    const message = `You can't use ForceDeleteWithoutRecovery in conjunction with RecoveryWindowInDays.`;
    throw invalidParameter(message);
  }
  const id = text(input, 'SecretId') ?? '';
  // AWS answers a forced deletion of a secret that is not there as if it had been.
  if (force && id !== '' && findSecret(store, id, context) === undefined) {
    return { ARN: id.startsWith('arn:') ? id : undefined, Name: id, DeletionDate: seconds(now) };
  }
  const secret = namedSecret(store, input, context);
  const answer = { ARN: secretArn(secret, context), Name: secret.name };
  if (force) {
    store.remove(secret.name);
    return { ...answer, DeletionDate: seconds(now) };
  }
  if (secret.deleted !== null) {
    const message = `You can't perform this operation on the secret because it was already scheduled for deletion.`;
    throw invalidRequest(message);
  }
  const purge = now + (days ?? 30) * DAY;
  store.change(secret.name, { deleted: now, purge });
  return { ...answer, DeletionDate: seconds(purge) };
};
