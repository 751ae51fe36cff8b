import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { arnGlob, glob, matches } from '../../../local/iam/evaluate/glob.ts';
import {
  ACCOUNT,
  ANYBODY,
  allow,
  BUCKET,
  type Case,
  type Decision,
  judged,
  OBJECT,
  OTHER_SESSION,
  QUEUE,
  ROLE,
  ROOT,
  ROOT_ARN,
  SESSION,
  SESSION_ARN,
  STRANGER,
  STRANGERS,
  USER,
  USER_ARN,
} from './evaluation-cases/case.ts';

type Statement = Readonly<Record<string, unknown>>;

const TEAM = 'aws:PrincipalTag/team';
const actions = ['s3:GetObject', 's3:Get*', 's3:*', '*', 's3:PutObject', 'sqs:SendMessage', 'S3:GETOBJECT'];
const resources = ['*', OBJECT, BUCKET, `${BUCKET}/*`, 'arn:aws:s3:::*', QUEUE, `${BUCKET}/\${${TEAM}}/*`];
const conditions = [
  {},
  { StringEquals: { [TEAM]: 'hello' } },
  { StringNotEquals: { [TEAM]: 'hello' } },
  { StringEqualsIfExists: { [TEAM]: 'other' } },
  { Null: { [TEAM]: 'true' } },
  { Bool: { 'aws:SecureTransport': 'true' } },
];
const owners = ['*', { AWS: ROOT_ARN }, { AWS: ROLE }, { AWS: SESSION_ARN }, { AWS: USER_ARN }, { AWS: STRANGERS }];

const some = (values: readonly string[]) => fc.subarray([...values], { minLength: 1 });
const statement = (effects: readonly string[]) =>
  fc.oneof(
    fc.record({
      Effect: fc.constantFrom(...effects),
      Action: some(actions),
      Resource: some(resources),
      Condition: fc.constantFrom(...conditions),
    }),
    fc.record({
      Effect: fc.constantFrom(...effects),
      NotAction: some(actions),
      NotResource: some(resources),
      Condition: fc.constantFrom(...conditions),
    }),
  ) as fc.Arbitrary<Statement>;
const both = ['Allow', 'Deny'];
const statements = fc.array(statement(both), { maxLength: 4 });
const owned = (effects: readonly string[]) =>
  fc
    .tuple(statement(effects), fc.constantFrom(...owners))
    .map(([given, Principal]): Statement => ({ ...given, Principal }));
const request = fc.record({
  principal: fc.constantFrom(SESSION, OTHER_SESSION, USER, ROOT, STRANGER),
  resourceAccount: fc.constant(ACCOUNT),
  context: fc.constantFrom({}, { [TEAM]: 'hello' }, { [TEAM]: 'red', 'aws:SecureTransport': true }),
});
const asked = fc
  .tuple(
    request,
    fc.constantFrom(
      { action: 's3:GetObject', resource: OBJECT },
      { action: 's3:PutObject', resource: OBJECT },
      { action: 'sqs:SendMessage', resource: QUEUE },
    ),
  )
  .map(([given, what]) => ({ ...given, ...what }));
const optional = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined, freq: 2 });

/** A request with any policies. */
const cases = fc
  .record({
    request: asked,
    identity: statements,
    session: optional(statements),
    boundary: optional(statements),
    resource: optional(fc.array(owned(both), { maxLength: 4 })),
  })
  .map((given): Case => {
    const present = Object.fromEntries(
      Object.entries(given).filter(([, value]) => value !== undefined && (!Array.isArray(value) || value.length > 0)),
    );
    return { rule: 'any', name: 'any', expect: 'Allow', ...present };
  });

const KINDS = ['identity', 'session', 'boundary', 'resource'] as const;
const decision = (given: Case): Decision => judged(given).decision;
/** The case with a statement more in a policy that it has, or in its identity policy. */
const withMore = (given: Case, kind: (typeof KINDS)[number], more: Statement): Case => {
  const target = given[kind] === undefined ? 'identity' : kind;
  const principal = target === 'resource' ? { Principal: '*' } : {};
  return { ...given, [target]: [...(given[target] ?? []), { ...more, ...principal }] };
};
const check = (property: fc.IRawProperty<unknown>): void => {
  fc.assert(property, { numRuns: 200, interruptAfterTimeLimit: 10_000, markInterruptAsFailure: true });
};

describe('whatever the policies', () => {
  test('a deny that applies wins, in every kind of policy', () => {
    check(
      fc.property(cases, fc.constantFrom(...KINDS), (given, kind) => {
        const denied = withMore(given, kind, { Effect: 'Deny', Action: '*', Resource: '*' });

        expect(decision(denied)).toBe('ExplicitDeny');
      }),
    );
  });

  test('one statement more that allows takes no access away', () => {
    check(
      fc.property(cases, fc.constantFrom(...KINDS), statement(['Allow']), (given, kind, more) => {
        fc.pre(decision(given) === 'Allow');

        expect(decision(withMore(given, kind, more))).toBe('Allow');
      }),
    );
  });

  test('one statement more that denies gives no access', () => {
    check(
      fc.property(cases, fc.constantFrom(...KINDS), statement(['Deny']), (given, kind, more) => {
        fc.pre(decision(given) !== 'Allow');

        expect(decision(withMore(given, kind, more))).not.toBe('Allow');
      }),
    );
  });

  test('a limit more gives no access', () => {
    check(
      fc.property(cases, statements, fc.constantFrom('session', 'boundary'), (given, limit, kind) => {
        fc.pre(given[kind as 'session'] === undefined && limit.length > 0 && decision(given) !== 'Allow');

        expect(decision({ ...given, [kind]: limit })).not.toBe('Allow');
      }),
    );
  });

  test('the order of statements does not matter', () => {
    check(
      fc.property(cases, (given) => {
        const turned = Object.fromEntries(
          Object.entries(given).map(([name, value]) => [name, Array.isArray(value) ? value.toReversed() : value]),
        ) as unknown as Case;

        expect(decision(turned)).toBe(decision(given));
      }),
    );
  });

  test('a statement of several actions and resources is as one statement for each', () => {
    check(
      fc.property(cases, (given) => {
        const split = (given.identity ?? []).flatMap((each) => {
          const { Action, Resource, ...rest } = each as { Action?: string[]; Resource?: string[] };
          if (Action === undefined || Resource === undefined) return [each];
          return Action.flatMap((action) =>
            Resource.map((resource) => ({ ...rest, Action: action, Resource: resource })),
          );
        });

        expect(decision({ ...given, identity: split })).toBe(decision(given));
      }),
    );
  });

  test('nobody without an account is allowed but by the resource', () => {
    check(
      fc.property(fc.array(owned(both), { maxLength: 4 }), (resource) => {
        const open = resource.some((each) => each['Effect'] === 'Allow' && each['Principal'] === '*');

        const { decision: decided } = judged({
          ...{ rule: '', name: '', expect: 'Allow', request: { principal: ANYBODY } },
          ...(resource.length > 0 ? { resource } : {}),
        });

        if (!open) expect(decided).not.toBe('Allow');
      }),
    );
  });
});

describe('whatever the values of a condition', () => {
  const text = fc.string({ unit: fc.constantFrom('a', 'b', '*', '?'), maxLength: 4 });
  const given = fc.option(text, { nil: undefined });
  const wanted = fc.array(text, { minLength: 1, maxLength: 3 });
  const meets = (
    operator: string,
    values: unknown,
    value: string | readonly string[] | undefined,
    key = TEAM,
  ): boolean =>
    decision({
      ...{ rule: '', name: '', expect: 'Allow' },
      request: { context: value === undefined ? {} : { [key]: value } },
      identity: [allow({ Condition: { [operator]: { [key]: values } } })],
    }) === 'Allow';
  const operators = fc.constantFrom('StringEquals', 'StringLike', 'StringEqualsIgnoreCase');
  const negated = (operator: string): string => operator.replace('String', 'StringNot');

  test('IfExists is the operator itself, or met when the key is missing', () => {
    check(
      fc.property(operators, fc.boolean(), wanted, given, (operator, not, values, value) => {
        const name = not ? negated(operator) : operator;

        expect(meets(`${name}IfExists`, values, value)).toBe(value === undefined || meets(name, values, value));
      }),
    );
  });

  test('a negated operator is met exactly when the other is not', () => {
    check(
      fc.property(operators, wanted, given, (operator, values, value) => {
        expect(meets(negated(operator), values, value)).toBe(!meets(operator, values, value));
      }),
    );
  });

  test('all values are other than these exactly when not any is one of them', () => {
    const many = fc.option(fc.array(text, { maxLength: 3 }), { nil: undefined });
    check(
      fc.property(operators, wanted, many, (operator, values, value) => {
        const all = meets(`ForAllValues:${negated(operator)}`, values, value, 'aws:TagKeys');

        expect(all).toBe(!meets(`ForAnyValue:${operator}`, values, value, 'aws:TagKeys'));
      }),
    );
  });

  test('what is written with ${*} and ${?} is as plain text is', () => {
    check(
      fc.property(text, given, (written, value) => {
        const escaped = written.replace(/[*?]/g, '${$&}');

        expect(meets('StringLike', escaped, value)).toBe(meets('StringEquals', written, value));
      }),
    );
  });

  test('the value of a variable is text, also with wildcards in it', () => {
    check(
      fc.property(text, text, (team, value) => {
        const { decision: decided } = judged({
          ...{ rule: '', name: '', expect: 'Allow' },
          request: { context: { [TEAM]: team, 'aws:SourceIdentity': value } },
          identity: [allow({ Condition: { StringLike: { 'aws:SourceIdentity': `\${${TEAM}}` } } })],
        });

        expect(decided === 'Allow').toBe(team === value);
      }),
    );
  });
});

describe('a pattern', () => {
  const pattern = fc.string({ unit: fc.constantFrom('a', 'b', ':', '*', '?'), maxLength: 8 });
  const text = fc.string({ unit: fc.constantFrom('a', 'b', ':'), maxLength: 8 });

  test('matches as its regular expression does', () => {
    check(
      fc.property(pattern, text, (written, given) => {
        const expression = new RegExp(`^${written.replaceAll('*', '.*').replaceAll('?', '.')}$`);

        expect(matches(glob(written), given)).toBe(expression.test(given));
      }),
    );
  });

  test('of ARNs matches no more than the same pattern of texts', () => {
    check(
      fc.property(pattern, text, (written, given) => {
        fc.pre(matches(arnGlob(written), given));

        expect(matches(glob(written), given)).toBe(true);
      }),
    );
  });

  test('that is made to backtrack takes no longer than another', () => {
    const hostile = glob('*a'.repeat(300));
    let steps = 0;
    const counted = new Proxy(hostile, {
      get: (target, name, receiver) => {
        steps += 1;
        return Reflect.get(target, name, receiver);
      },
    });

    const matched = matches(counted, `${'a'.repeat(400)}b`);

    expect(matched).toBe(false);
    expect(steps).toBeLessThan(2_000_000);
  });
});
