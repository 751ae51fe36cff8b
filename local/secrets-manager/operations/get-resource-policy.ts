import type { Operation } from '../operation.ts';
import { namedSecret, secretArn } from '../secret-id.ts';

/** GetResourcePolicy: the policy that the template attached to the secret, if any. */
export const getResourcePolicy: Operation = (input, { store, context }) => {
  const secret = namedSecret(store, input, context);
  return { ARN: secretArn(secret, context), Name: secret.name, ResourcePolicy: secret.policy ?? undefined };
};
