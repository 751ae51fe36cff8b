import type { Policy } from '../../local/iam/evaluate/policy.ts';
import { decisionWith, type Question } from './records.ts';
import { type Removal, removals } from './removals.ts';

/** A part of a policy, and whether a recorded call needed it. */
export interface Usage {
  /** The role, or the resource that has the policy, as the template names it. */
  readonly owner: string;
  readonly what: string;
  readonly used: boolean;
}

/**
 * Takes away each part of each policy of the stack in turn, and sees whether a question comes to another decision: an allowed one to a
 * denial, one that was denied by a Deny to another. Policies of pipelines' roles are not the stack's.
 */
export function usagesOf(questions: readonly Question[], stack: string): readonly Usage[] {
  const found = new Map<string, Usage>();
  for (const { owner, policy, bearing } of policiesOf(questions, stack)) {
    for (const removal of removals(policy)) {
      const what = `${prefixOf(policy, owner)}${removal.what}`;
      const key = `${owner}\n${what}`;
      if (found.get(key)?.used) continue;
      found.set(key, {
        owner,
        what,
        used: bearing.some((question) => changes(question, policy, removal)),
      });
    }
  }
  return [...found.values()].sort((a, b) => a.owner.localeCompare(b.owner) || a.what.localeCompare(b.what));
}

/** A role may have several policies. The one that SAM makes of a function's `Policies` goes without a name, and so does AWS's own. */
function prefixOf({ kind, name }: Policy, owner: string): string {
  return kind !== 'identity' || name === `${owner}Policy0` || /^AWS[A-Z]/.test(name) ? '' : `${name}: `;
}

function changes(question: Question, policy: Policy, { rest, effect }: Removal): boolean {
  const concerned = effect === 'Allow' ? 'Allow' : 'ExplicitDeny';
  return question.decision === concerned && decisionWith(question, policy, rest) !== concerned;
}

interface Owned {
  readonly owner: string;
  readonly policy: Policy;
  readonly bearing: Question[];
}

function policiesOf(questions: readonly Question[], stack: string): readonly Owned[] {
  const found = new Map<string, Map<Policy, Owned>>();
  for (const question of questions) {
    const { principal, identityPolicies, resourcePolicy } = question;
    const role = principal.type === 'AssumedRole' ? principal.roleArn : '';
    const owned = [
      ...identityPolicies.map((policy) => [policy, role] as const),
      ...(resourcePolicy ? [[resourcePolicy, question.resource] as const] : []),
    ];
    for (const [policy, arn] of owned) {
      const owner = ownerOf(policy, arn, stack);
      if (owner === undefined) continue;
      // Roles may have policies of the same text: one policy for whoever reads the record.
      const ofOwner = found.get(owner) ?? new Map<Policy, Owned>();
      found.set(owner, ofOwner);
      const one = ofOwner.get(policy) ?? { owner, policy, bearing: [] };
      ofOwner.set(policy, one);
      one.bearing.push(question);
    }
  }
  return [...found.values()].flatMap((ofOwner) => [...ofOwner.values()]);
}

/** What a resource of the stack is called in the template: names are STACK-LOGICALID-DIGEST. The key has no name, and is the only one. */
function ownerOf({ kind }: Policy, arn: string, stack: string): string | undefined {
  if (kind === 'key') return 'Key';
  const [, logicalId] = new RegExp(`[:/]${stack}-([A-Za-z0-9]+)-[a-z0-9]+(?:[:/].*)?$`, 'i').exec(arn) ?? [];
  return logicalId === undefined ? undefined : kind === 'trust' ? `trust of ${logicalId}` : logicalId;
}
