import { type Operation, page, ruleNamed } from '../request.ts';

/** ListTargetsByRule. */
export const listTargetsByRule: Operation = ({ store }, input) => {
  const { items, ...rest } = page(ruleNamed(store, input, 'Rule').targets, input);
  return { Targets: items, ...rest };
};
