import { type Operation, ruleNamed } from '../request.ts';

/** EnableRule: a schedule begins anew. */
export const enableRule: Operation = ({ bus, store }, input) => {
  const rule = ruleNamed(store, input);
  bus.saveRule({ ...rule, state: 'ENABLED' }, rule.state === 'DISABLED');
  return {};
};

/** DisableRule: matches nothing and is due at no time until it is enabled again. */
export const disableRule: Operation = ({ bus, store }, input) => {
  bus.saveRule({ ...ruleNamed(store, input), state: 'DISABLED' }, false);
  return {};
};
