import { list, type Operation, ruleNamed } from '../request.ts';
import { checkTargets } from '../rule.ts';
import type { Target } from '../store.ts';

/** PutTargets: adds targets, or replaces those of the same Id. */
export const putTargets: Operation = ({ bus, store, ports }, input) => {
  const rule = ruleNamed(store, input, 'Rule');
  const given = list<Target>(input, 'Targets', 100);
  const kept = rule.targets.filter(({ Id }) => !given.some((target) => target.Id === Id));
  const targets = [...kept, ...given];
  checkTargets(ports, targets);
  bus.saveRule({ ...rule, targets }, false);
  return { FailedEntryCount: 0, FailedEntries: [] };
};
