import { PolicyError } from './policy-error.ts';
import { type CheckedStatement, type PolicyKind, readStatement } from './statement.ts';

/** A policy that has been checked: it can be evaluated without further refusals. */
export interface Policy {
  readonly kind: PolicyKind;
  readonly name: string;
  /** As it was given. */
  readonly document: object;
  readonly statements: readonly CheckedStatement[];
}

const WITH_VARIABLES = '2012-10-17';
const VERSIONS = [WITH_VARIABLES, '2008-10-17'];

/**
 * Reads a policy document. `name` is what refusals and decisions call it. Throws a PolicyError for what AWS would refuse and for an
 * action, condition operator, key or type of principal that is not known.
 */
export function readPolicy(kind: PolicyKind, name: string, document: unknown): Policy {
  const place = { policy: name };
  if (typeof document !== 'object' || document === null || Array.isArray(document)) {
    throw new PolicyError(place, document, 'is not a policy document.');
  }
  const { Version: version = '2008-10-17', Statement: statement } = document as Record<string, unknown>;
  const other = Object.keys(document).find((element) => !['Version', 'Id', 'Statement'].includes(element));
  if (other !== undefined) throw new PolicyError(place, other, 'is not an element of a policy.');
  if (!VERSIONS.includes(version as string)) {
    throw new PolicyError({ ...place, element: 'Version' }, version, `is to be ${VERSIONS.join(' or ')}.`);
  }
  const list: readonly unknown[] = Array.isArray(statement) ? statement : [statement];
  const statements = list.map((each, index) => {
    const where = { ...place, statement: statementName(each, index) };
    if (typeof each === 'object' && each !== null)
      return readStatement(where, kind, { ...each }, version === WITH_VARIABLES);
    throw new PolicyError(where, each, 'is not a statement.');
  });
  checkSids(statements);
  return { kind, name, document, statements };
}

function statementName(statement: unknown, index: number): string {
  const { Sid: sid } = (statement ?? {}) as { Sid?: unknown };
  return `statement ${index + 1}${typeof sid === 'string' ? ` (Sid ${sid})` : ''}`;
}

function checkSids(statements: readonly CheckedStatement[]): void {
  const seen = new Set<string>();
  for (const { sid, place } of statements) {
    if (sid === undefined || sid === '') continue;
    if (seen.has(sid)) throw new PolicyError({ ...place, element: 'Sid' }, sid, 'is the Sid of two statements.');
    seen.add(sid);
  }
}
