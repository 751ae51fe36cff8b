import { ServiceError } from '../../service.ts';
import { checkGroup, type Operation } from '../request.ts';

/** ListSchedules: by group and name, at most 100 at a time. */
export const listSchedules: Operation = (desk, { query }) => {
  const group = query.get('ScheduleGroup');
  if (group !== null) checkGroup(desk, group);
  const limit = Number(query.get('MaxResults') ?? 100);
  const from = Number(query.get('NextToken') ?? 0);
  if (!(limit >= 1 && limit <= 100) || !Number.isInteger(from) || from < 0) {
    throw new ServiceError('ValidationException', 'MaxResults must be 1 to 100, and NextToken one of ours.');
  }
  const all = desk.store.all().filter(({ definition: { GroupName, Name, State } }) => {
    const ofState = State === (query.get('State') ?? State);
    return ofState && GroupName === (group ?? GroupName) && Name.startsWith(query.get('NamePrefix') ?? '');
  });
  const Schedules = all.slice(from, from + limit).map(({ definition, createdAt, modifiedAt }) => ({
    Arn: desk.timetable.arn(definition),
    Name: definition.Name,
    GroupName: definition.GroupName,
    State: definition.State,
    CreationDate: createdAt / 1000,
    LastModificationDate: modifiedAt / 1000,
    Target: { Arn: definition.Target.Arn },
  }));
  return { Schedules, ...(from + limit < all.length && { NextToken: String(from + limit) }) };
};
