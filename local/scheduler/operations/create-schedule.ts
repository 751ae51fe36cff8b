import { ServiceError } from '../../service.ts';
import { readDefinition } from '../definition.ts';
import { checkGroup, type Operation } from '../request.ts';

/** CreateSchedule: refuses a name that is taken. */
export const createSchedule: Operation = (desk, { name, body }) => {
  const definition = readDefinition({ ...body, Name: name }, desk.ports);
  checkGroup(desk, definition.GroupName);
  if (desk.store.get(definition.GroupName, name) !== undefined) {
    throw new ServiceError('ConflictException', `Schedule ${name} already exists.`, 409);
  }
  desk.timetable.save(definition, false);
  return { ScheduleArn: desk.timetable.arn(definition) };
};
