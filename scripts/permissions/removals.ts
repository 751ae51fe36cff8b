import { type Policy, readPolicy } from '../../local/iam/evaluate/policy.ts';

/** A policy with one thing less. */
export interface Removal {
  /** `statement 2`, or `statement 2: action s3:GetObject`. */
  readonly what: string;
  /** Undefined when nothing is left of the policy. */
  readonly rest: Policy | undefined;
  /** Of the statement: without an Allow some call is denied, without a Deny some is allowed. */
  readonly effect: 'Allow' | 'Deny';
}

type Statement = Readonly<Record<string, unknown>> & { readonly Effect: 'Allow' | 'Deny' };

const elements = [
  ['action', 'Action'],
  ['resource', 'Resource'],
] as const;

/** Every statement, action, resource and service of a policy, taken away by itself. A policy of AWS's own stays or goes as a whole. */
export function removals(policy: Policy): readonly Removal[] {
  if (/^AWS[A-Z]/.test(policy.name)) return [{ what: 'managed policy', rest: undefined, effect: 'Allow' }];
  const { Statement: given } = policy.document as { Statement: Statement | readonly Statement[] };
  const statements = [given].flat() as readonly Statement[];
  return statements.flatMap((statement, index) => {
    const what = `statement ${index + 1}${statement['Sid'] === undefined ? '' : ` (${statement['Sid']})`}`;
    const without = (replacement: readonly Statement[]) =>
      withStatements(policy, statements.toSpliced(index, 1, ...replacement));
    const whole = { what, rest: without([]), effect: statement.Effect };
    const parts = [...partsOf(statement)].map(([part, less]) => ({
      what: `${what}: ${part}`,
      rest: without([less]),
      effect: statement.Effect,
    }));
    return [whole, ...parts];
  });
}

/** The parts of a statement that is left with others of their kind, and the statement without each. */
function* partsOf(statement: Statement): Generator<readonly [string, Statement]> {
  for (const [name, element] of elements) {
    for (const [value, rest] of eachOf(statement[element]))
      yield [`${name} ${value}`, { ...statement, [element]: rest }];
  }
  const { Service: services } = Object(statement['Principal']) as { Service?: unknown };
  for (const [value, rest] of eachOf(services))
    yield [`service ${value}`, { ...statement, Principal: { ...Object(statement['Principal']), Service: rest } }];
}

function* eachOf(values: unknown): Generator<readonly [string, readonly unknown[]]> {
  if (!Array.isArray(values) || values.length < 2) return;
  for (const [index, value] of values.entries()) yield [String(value), values.toSpliced(index, 1)];
}

function withStatements({ kind, name, document }: Policy, statements: readonly Statement[]): Policy | undefined {
  return statements.length === 0 ? undefined : readPolicy(kind, name, { ...document, Statement: statements });
}
