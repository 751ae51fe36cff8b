import { ServiceError } from '../../service.ts';
import { buildId } from '../build.ts';
import type { Operation } from '../operation.ts';
import { showBuild } from '../shown.ts';

/** StopBuild: takes a build out of the queue, or has its processes ended; a build that is over stays as it is. */
export const stopBuild: Operation = ({ context, records, queue }, input) => {
  const id = buildId(String(input.id));
  if (!records.get(id)) throw new ServiceError('ResourceNotFoundException', `Build cannot be found: ${input.id}`);
  return { build: showBuild(queue.stop(id), context) };
};
