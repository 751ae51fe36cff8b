import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { openAccount } from './account.ts';
import type { CleanUp } from './clean-up.ts';
import { goWalk, type Walked } from './go-walk.ts';
import type { Options } from './options.ts';
import { realTime, type Time } from './passing.ts';
import type { Probe } from './probe.ts';
import { probes, unprobed } from './probes.ts';
import { type Finding, idsOf, report } from './report.ts';

/** The ids of docs/unverified-on-aws.md. */
export function documentIds(): readonly string[] {
  const file = join(import.meta.dirname, '..', '..', 'docs', 'unverified-on-aws.md');
  return idsOf(readFileSync(file, 'utf8'));
}

/** What came of it. */
export interface Outcome {
  readonly findings: ReadonlyMap<string, Finding>;
  readonly report: string;
  /** Steps of the walk that failed. */
  readonly troubles: readonly string[];
  /** What could not be deleted, or with `keep` what is there. */
  readonly left: readonly string[];
}

/** Walks, probes, reports and deletes what was made, whatever happened before. */
export async function verifyAws(
  options: Options,
  cleanUp: CleanUp,
  say: (what: string) => void,
  time: Time = realTime,
): Promise<Outcome> {
  const ids = documentIds();
  const wanted = new Set(options.only ?? ids);
  const account = await openAccount(options, time);
  const where = account.endpoint === undefined ? 'AWS' : 'the local stack';
  say(`walks ${where} as ${account.callerArn} in ${account.region}`);
  try {
    const walked = await goWalk(account, options, cleanUp, wanted, say);
    say('looks at what the walk left');
    const findings = await settleAll(ids, wanted, walked);
    if (!options.keep) say('deletes what was made');
    const left = options.keep ? cleanUp.left : await cleanUp.run();
    return { findings, troubles: walked.troubles, left, report: report(ids, findings, where) };
  } finally {
    if (!options.keep) await cleanUp.run();
    account.close();
  }
}

async function settleAll(ids: readonly string[], wanted: ReadonlySet<string>, walked: Walked) {
  const findings = new Map<string, Finding>();
  for (const id of ids) {
    const why = wanted.has(id) ? unprobed[id] : 'left out by --only';
    if (why !== undefined) findings.set(id, notProbed(why));
  }
  // One after the other, in the probes' own order: the last floods the API.
  for (const probe of probes) if (wanted.has(probe.id)) findings.set(probe.id, await settle(probe, walked));
  return findings;
}

/** Looks and judges. Evidence that cannot be had refutes nothing. */
export async function settle(probe: Probe, { walk, troubles, notDeployed }: Walked): Promise<Finding> {
  if (walk === undefined) {
    const status = notDeployed;
    const about = probe.id === 'deploy-sam' || (probe.id === 'deploy-no-circle' && /circular/i.test(status ?? ''));
    return status !== undefined && about ? probe.judge({ status }) : notProbed(troubles[0] ?? 'the walk did not begin');
  }
  if (probe.notLocal !== undefined && walk.account.endpoint !== undefined) return notProbed(probe.notLocal);
  try {
    return probe.judge(await probe.look(walk));
  } catch (error) {
    return notProbed(error instanceof Error ? error.message : String(error));
  }
}

function notProbed(why: string): Finding {
  return { verdict: 'not probed', why };
}
