import { ServiceError } from '../service.ts';

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

const ELEMENTS = [
  ...['Sid', 'Effect', 'Action', 'NotAction', 'Resource', 'NotResource', 'Principal', 'NotPrincipal', 'Condition'],
];

/** Checks a policy's outer shape; a single statement becomes a list, and the version is IAM's default when absent. */
export function policyDocument(where: string, given: unknown): PolicyDocument {
  const document = given as { Version?: string; Statement?: Statement | readonly Statement[] } | undefined;
  if (document?.Statement === undefined) throw malformed(`${where} has no Statement.`);
  const statements = Array.isArray(document.Statement) ? document.Statement : [document.Statement];
  for (const statement of statements) checkStatement(where, statement);
  return { Version: document.Version ?? '2008-10-17', Statement: statements };
}

function checkStatement(where: string, statement: Statement): void {
  const other = Object.keys(statement).find((element) => !ELEMENTS.includes(element));
  if (other !== undefined) throw malformed(`${where} has a statement with the unknown element ${other}.`);
  if (statement.Effect !== 'Allow' && statement.Effect !== 'Deny')
    throw malformed(`${where} has a statement without an Effect.`);
  if (statement.Action === undefined && statement.NotAction === undefined)
    throw malformed(`${where} has a statement without an Action.`);
}

/** Throws for a property that would be ignored. */
export function refuseOthers(logicalId: string, properties: object, known: readonly string[]): void {
  const other = Object.keys(properties).find((name) => !known.includes(name));
  if (other !== undefined)
    throw new ServiceError('ValidationError', `The local stack does not know ${other} of ${logicalId}.`);
}

function malformed(message: string): ServiceError {
  return new ServiceError('MalformedPolicyDocument', message);
}
