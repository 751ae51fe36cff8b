import { list, type Operation, ruleNamed } from '../request.ts';

/** RemoveTargets: an Id that the rule does not have is a failed entry. */
export const removeTargets: Operation = ({ bus, store }, input) => {
  const rule = ruleNamed(store, input, 'Rule');
  const ids = list<string>(input, 'Ids', 100);
  const targets = rule.targets.filter(({ Id }) => !ids.includes(Id));
  const missing = ids.filter((id) => !rule.targets.some(({ Id }) => Id === id));
  bus.saveRule({ ...rule, targets }, false);
  const FailedEntries = missing.map((id) => ({
    TargetId: id,
    ErrorCode: 'ResourceNotFoundException',
    ErrorMessage: `Rule ${rule.name} has no target ${id}.`,
  }));
  return { FailedEntryCount: missing.length, FailedEntries };
};
