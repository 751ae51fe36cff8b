import { readDefinition } from '../definition.ts';
import { type Operation, scheduleNamed } from '../request.ts';

/** UpdateSchedule: replaces all of a schedule; what the request leaves out goes back to its default. */
export const updateSchedule: Operation = (desk, { name, body }) => {
  const definition = readDefinition({ ...body, Name: name }, desk.ports);
  const { fromTemplate } = scheduleNamed(desk, definition.GroupName, name);
  desk.timetable.save(definition, fromTemplate);
  return { ScheduleArn: desk.timetable.arn(definition) };
};
