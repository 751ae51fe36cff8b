import { maybeText, type Operation, onlyDefaultBus, page } from '../request.ts';
import { description } from './describe-rule.ts';

/** ListRules: by name, at most 100 at a time. */
export const listRules: Operation = ({ bus, store }, input) => {
  onlyDefaultBus(input);
  const prefix = maybeText(input, 'NamePrefix') ?? '';
  const rules = store.rules().filter(({ name }) => name.startsWith(prefix));
  const { items, ...rest } = page(rules, input);
  return { Rules: items.map((rule) => description(bus, rule)), ...rest };
};
