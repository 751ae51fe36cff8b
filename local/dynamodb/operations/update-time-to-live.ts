import { invalid } from '../errors.ts';
import { checkRequest, TABLE } from '../request.ts';
import type { Operation } from '../state.ts';

interface Request {
  readonly TableName: string;
  readonly TimeToLiveSpecification: { readonly AttributeName: string; readonly Enabled: boolean };
}

const SHAPE = {
  ...TABLE,
  TimeToLiveSpecification: {
    type: 'FieldStruct<TimeToLiveSpecification>',
    notNull: true,
    children: {
      AttributeName: { type: 'String', notNull: true, lengthGreaterThanOrEqual: 1, lengthLessThanOrEqual: 255 },
      Enabled: { type: 'Boolean', notNull: true },
    },
  },
};

/** Enables or disables TTL. It holds at once, where AWS needs up to an hour. */
export const updateTimeToLive: Operation = {
  kind: 'table',
  run({ catalogue }, input) {
    const request = checkRequest<Request>('UpdateTimeToLive', SHAPE, input);
    const { AttributeName, Enabled } = request.TimeToLiveSpecification;
    const table = catalogue.get(request.TableName);
    if (Enabled && table.timeToLive !== undefined) throw invalid('TimeToLive is already enabled');
    if (!Enabled && table.timeToLive === undefined) throw invalid('TimeToLive is already disabled');
    catalogue.setTimeToLive(table, Enabled ? AttributeName : undefined);
    return { TimeToLiveSpecification: { AttributeName, Enabled } };
  },
};
