import { type Operation, scheduleNamed } from '../request.ts';

/** GetSchedule. Times are seconds since the epoch. */
export const getSchedule: Operation = (desk, { name, query }) => {
  const { definition, createdAt, modifiedAt } = scheduleNamed(desk, query.get('groupName') ?? 'default', name);
  const { StartDate, EndDate } = definition;
  return {
    ...definition,
    Arn: desk.timetable.arn(definition),
    FlexibleTimeWindow: { Mode: 'OFF' },
    CreationDate: createdAt / 1000,
    LastModificationDate: modifiedAt / 1000,
    ...(StartDate !== undefined && { StartDate: StartDate / 1000 }),
    ...(EndDate !== undefined && { EndDate: EndDate / 1000 }),
  };
};
