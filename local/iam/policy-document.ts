import { ServiceError } from '../service.ts';
import { readPolicy } from './evaluate/policy.ts';
import type { PolicyKind } from './evaluate/statement.ts';

/** A statement of a policy as IAM's grammar has it; its elements are as the template wrote them. */
export interface Statement {
  readonly Sid?: string;
  readonly Effect: 'Allow' | 'Deny';
  readonly Action?: string | readonly string[];
  readonly NotAction?: string | readonly string[];
  readonly Resource?: string | readonly string[];
  readonly NotResource?: string | readonly string[];
  readonly Principal?: string | Readonly<Record<string, string | readonly string[]>>;
  readonly NotPrincipal?: string | Readonly<Record<string, string | readonly string[]>>;
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

export interface PolicyDocument {
  readonly Version: string;
  readonly Statement: readonly Statement[];
}

/** Reads a policy as it will be evaluated, and throws for what AWS would refuse or nothing here can judge; the version is IAM's default when absent. */
export function policyDocument(where: string, given: unknown, kind: PolicyKind): PolicyDocument {
  readPolicy(kind, where, given);
  const document = given as { Version?: string; Statement: Statement | readonly Statement[] };
  const statements = Array.isArray(document.Statement) ? document.Statement : [document.Statement];
  return { Version: document.Version ?? '2008-10-17', Statement: statements };
}

/** Throws for a property that would be ignored. */
export function refuseOthers(logicalId: string, properties: object, known: readonly string[]): void {
  const other = Object.keys(properties).find((name) => !known.includes(name));
  if (other !== undefined)
    throw new ServiceError('ValidationError', `The local stack does not know ${other} of ${logicalId}.`);
}
