import { cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildFunctions } from '../build.ts';

const root = join(import.meta.dirname, '..', '..');
const week = 604_800;

type Json = string | number | boolean | null | readonly Json[] | { readonly [name: string]: Json };

/**
 * Copies what `sam deploy` takes into a folder: the template, with its functions' sessions beside their roles where a condition asks for
 * the caller, the bundles with the no-op of tests in them, and the machines with constants for time-outs, which the emulator cannot
 * compute. Answers how many time-outs that were.
 */
export async function copyTree(to: string): Promise<number> {
  await buildFunctions(join(to, 'dist'), {
    'functions/domain/catalogue.ts': 'test/no-op/catalogue.ts',
    'functions/actions/approval-providers.ts': 'test/no-op/approval-providers.ts',
  });
  cpSync(join(root, 'samconfig.toml'), join(to, 'samconfig.toml'));
  writeFileSync(join(to, 'template.yaml'), withSessions(readFileSync(join(root, 'template.yaml'), 'utf8')));
  mkdirSync(join(to, 'statemachines'));
  let replaced = 0;
  for (const file of readdirSync(join(root, 'statemachines'))) {
    const machine = JSON.parse(readFileSync(join(root, 'statemachines', file), 'utf8')) as Json;
    const constant = withConstants(machine, () => replaced++);
    writeFileSync(join(to, 'statemachines', file), JSON.stringify(constant, null, 2));
  }
  return replaced;
}

/** On AWS aws:PrincipalArn of a function is its role's ARN, in the emulator its session's. */
function withSessions(template: string): string {
  const roles = "!Sub 'arn:${AWS::Partition}:iam::${AWS::AccountId}:role/sluice/*'";
  const sessions = "!Sub 'arn:${AWS::Partition}:sts::${AWS::AccountId}:assumed-role/${AWS::StackName}-*'";
  const condition = `aws:PrincipalArn: ${roles}`;
  if (!template.includes(condition)) throw new Error(`template.yaml has no condition ${condition}.`);
  return template.replaceAll(condition, `aws:PrincipalArn: [${roles}, ${sessions}]`);
}

/** Computed time-outs become a week, heartbeats go: a constant that is there already stays. */
function withConstants(value: Json, count: () => void): Json {
  if (Array.isArray(value)) return value.map((item: Json) => withConstants(item, count));
  if (value === null || typeof value !== 'object') return value;
  const kept: [string, Json][] = [];
  for (const [name, held] of Object.entries(value)) {
    const isTimeout = name === 'TimeoutSecondsPath' || (name === 'TimeoutSeconds' && typeof held === 'string');
    if (isTimeout || /^HeartbeatSeconds(Path)?$/.test(name)) count();
    if (isTimeout) kept.push(['TimeoutSeconds', week]);
    else if (!name.startsWith('HeartbeatSeconds')) kept.push([name, withConstants(held, count)]);
  }
  return Object.fromEntries(kept);
}
