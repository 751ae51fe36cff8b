import { randomBytes } from 'node:crypto';
import { type Account, readStack, type StackFacts } from './account.ts';
import type { CleanUp } from './clean-up.ts';
import { deploy, hasSam, localStack, removeAfterwards } from './deployment.ts';
import { makeMaterials } from './materials.ts';
import type { Options } from './options.ts';
import { type Maker, makeQueue } from './parts.ts';
import { steps } from './steps.ts';
import type { Walk } from './walk.ts';
import { Watch } from './watch.ts';

/** Where a walk ended that could not be walked: what is made is in `cleanUp` all the same. */
export interface Walked {
  readonly walk?: Walk;
  /** Steps that failed, with the reason. */
  readonly troubles: readonly string[];
  /** Why there is no stack to walk. */
  readonly notDeployed?: string;
}

/** Deploys, makes what pipelines need and goes the steps that `wanted` ids ask for. Never throws: what fails is among the troubles. */
export async function goWalk(
  account: Account,
  options: Options,
  cleanUp: CleanUp,
  wanted: ReadonlySet<string>,
  say: (what: string) => void,
): Promise<Walked> {
  const troubles: string[] = [];
  const prefix = `sluice-verify-${randomBytes(3).toString('hex')}`;
  let walk: Walk;
  try {
    walk = await begin(account, options, cleanUp, prefix, say);
  } catch (error) {
    const troubles = [`The walk did not begin: ${messageOf(error)}`];
    return error instanceof DeployFailure ? { troubles, notDeployed: error.message } : { troubles };
  }
  for (const { name, go, ids, notLocal } of steps) {
    if (ids !== undefined && !ids.some((id) => wanted.has(id))) continue;
    if (notLocal && account.endpoint !== undefined) continue;
    try {
      say(name);
      await go(walk);
    } catch (error) {
      troubles.push(`${name}: ${messageOf(error)}`);
      say(`  failed: ${messageOf(error)}`);
    }
  }
  return { walk, troubles };
}

async function begin(
  account: Account,
  options: Options,
  cleanUp: CleanUp,
  prefix: string,
  say: (what: string) => void,
): Promise<Walk> {
  const local = account.endpoint !== undefined;
  const stack = local ? await localStack(account) : await deployed(account, options, prefix, cleanUp, say);
  const maker: Maker = { account, prefix, cleanUp };
  const { url, arn } = await makeQueue(maker);
  const watch = new Watch(account.sqs, url);
  const names = {
    // As long as a name may be, with every kind of character.
    site: `${prefix}.site@_`.padEnd(100, 'x'),
    late: `${prefix}-late`,
    wide: `${prefix}-wide`,
    outside: `${prefix}-outside`,
  };
  const began = account.time.now();
  const materials = await makeMaterials(maker, stack, options, arn, names);
  return {
    account,
    stack,
    prefix,
    maker,
    materials,
    options,
    watch,
    names,
    seen: local ? {} : { deployed: stack.status },
    began,
    patience: local ? 120 : 1200,
    say,
  };
}

/** A stack that is there already is somebody's: it is neither changed nor deleted. */
async function deployed(
  account: Account,
  { stackName, approvalEmail }: Options,
  prefix: string,
  cleanUp: CleanUp,
  say: (what: string) => void,
): Promise<StackFacts> {
  const name = stackName ?? prefix;
  if (!(await hasSam())) throw new Error("SAM's command `sam` is not there: install the AWS SAM CLI.");
  if ((await readStack(account, name)) !== undefined)
    throw new Error(`There is a stack ${name} already: name another, which is made and deleted.`);
  removeAfterwards(account, name, cleanUp);
  say(`deploys the stack ${name}`);
  return deploy(account, name, approvalEmail === undefined ? {} : { ApprovalEmail: approvalEmail }).catch((cause) => {
    throw new DeployFailure(messageOf(cause), { cause });
  });
}

/** The deployment itself went wrong, which refutes lines about it. */
class DeployFailure extends Error {}

function messageOf(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
}
