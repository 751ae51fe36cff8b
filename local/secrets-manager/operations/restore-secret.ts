import type { Operation } from '../operation.ts';
import { namedSecret, secretArn } from '../secret-id.ts';

/** RestoreSecret: takes a deletion back within its recovery window. */
export const restoreSecret: Operation = (input, { store, context }) => {
  const secret = namedSecret(store, input, context);
  store.change(secret.name, { deleted: null, purge: null });
  return { ARN: secretArn(secret, context), Name: secret.name };
};
