import { ServiceError } from '../../service.ts';
import { type Operation, onlyDefaultBus, text } from '../request.ts';

/** DeleteRule: refused while the rule has targets; a rule that is not there is deleted already. */
export const deleteRule: Operation = ({ store }, input) => {
  onlyDefaultBus(input);
  const name = text(input, 'Name');
  if ((store.rule(name)?.targets.length ?? 0) > 0) {
    throw new ServiceError('ValidationException', "Rule can't be deleted since it has targets.");
  }
  store.remove(name);
  return {};
};
