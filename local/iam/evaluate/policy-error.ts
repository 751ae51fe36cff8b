import { ServiceError } from '../../service.ts';

/** Where in which policy something stands. */
export interface Place {
  readonly policy: string;
  /** `statement 2 (Sid Read)`; absent for what concerns the policy as a whole. */
  readonly statement?: string;
  readonly element?: string;
}

/** A policy that cannot be evaluated as AWS would: malformed, or with an action, operator or key that AWS or the local stack does not know. */
export class PolicyError extends ServiceError {
  readonly policy: string;
  readonly statement: string | undefined;
  readonly element: string | undefined;
  readonly value: unknown;

  constructor({ policy, statement, element }: Place, value: unknown, problem: string) {
    const place = [policy, statement, element].filter((part) => part !== undefined).join(', ');
    const shown = value === undefined ? '' : ` ${typeof value === 'string' ? `'${value}'` : JSON.stringify(value)}`;
    super('MalformedPolicyDocument', `${place}:${shown} ${problem}`);
    this.policy = policy;
    this.statement = statement;
    this.element = element;
    this.value = value;
  }
}
