import { ServiceError } from '../../service.ts';
import { text } from '../input.ts';
import { checkStreamName, namedGroup } from '../names.ts';
import type { Operation } from '../operation.ts';

/** CreateLogStream. */
export const createLogStream: Operation = (input, { store, context, now }) => {
  const group = namedGroup(store, input, context);
  const name = checkStreamName(text(input, 'logStreamName'));
  if (store.stream(group.id, name) !== undefined) {
    throw new ServiceError('ResourceAlreadyExistsException', 'The specified log stream already exists');
  }
  store.addStream(group.id, name, now);
  return {};
};
