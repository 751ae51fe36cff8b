import { type Operation, scheduleNamed } from '../request.ts';

/** DeleteSchedule: what has fired already is still delivered. */
export const deleteSchedule: Operation = (desk, { name, query }) => {
  desk.store.remove(scheduleNamed(desk, query.get('groupName') ?? 'default', name).definition);
  return {};
};
