import { createReadStream, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { type Evaluated, evaluate } from '../../local/iam/evaluate/evaluate.ts';
import { type Policy, readPolicy } from '../../local/iam/evaluate/policy.ts';

/** A permission that was asked for, with the policies that bore on it. */
export type Question = Evaluated & { readonly decision: string };

interface PolicyLine {
  readonly kind: 'policy';
  readonly id: string;
  readonly policyKind: Policy['kind'];
  readonly name: string;
  readonly document: object;
}

interface AccessLine extends Pick<Evaluated, 'principal' | 'action' | 'resource' | 'context'> {
  readonly kind: 'access';
  readonly decision: string;
  readonly policies: readonly string[];
}

/** The questions of a folder of records, each once. */
export async function readQuestions(folder: string): Promise<readonly Question[]> {
  const policies = new Map<string, Policy>();
  const questions = new Map<string, AccessLine>();
  for (const name of readdirSync(folder).filter((file) => file.endsWith('.jsonl'))) {
    for await (const line of createInterface({ input: createReadStream(join(folder, name)) })) {
      if (line.startsWith('{"kind":"policy"')) {
        const { id, policyKind, name: of, document } = JSON.parse(line) as PolicyLine;
        if (!policies.has(id)) policies.set(id, readPolicy(policyKind, of, document));
      } else if (line.startsWith('{"kind":"access"')) questions.set(line, JSON.parse(line));
    }
  }
  return [...questions.values()].map((line) => questionOf(line, policies));
}

function questionOf(
  { principal, action, resource, context = {}, decision, policies: ids }: AccessLine,
  known: ReadonlyMap<string, Policy>,
): Question {
  const policies = ids.flatMap((id) => known.get(id) ?? []);
  const of = (...kinds: Policy['kind'][]) => policies.filter(({ kind }) => kinds.includes(kind));
  const [resourcePolicy] = of('resource', 'key', 'trust');
  const [permissionsBoundary] = of('boundary');
  return {
    principal,
    action,
    resource,
    context,
    decision,
    identityPolicies: of('identity'),
    sessionPolicies: of('session'),
    ...(resourcePolicy ? { resourcePolicy } : {}),
    ...(permissionsBoundary ? { permissionsBoundary } : {}),
  };
}

/** What a question comes to with another policy in the place of one that bore on it; without it when there is none. */
export function decisionWith(question: Question, old: Policy, other: Policy | undefined): string {
  const { resourcePolicy, decision: _, ...rest } = question;
  const identityPolicies = rest.identityPolicies.flatMap((policy) => (policy === old ? (other ?? []) : policy));
  const resource = resourcePolicy === old ? other : resourcePolicy;
  return evaluate({ ...rest, identityPolicies, ...(resource ? { resourcePolicy: resource } : {}) }).decision;
}
