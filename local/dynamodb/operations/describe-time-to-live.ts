import { checkRequest, TABLE } from '../request.ts';
import type { Operation } from '../state.ts';

export const describeTimeToLive: Operation = {
  kind: 'read',
  run({ catalogue }, input) {
    const { TableName } = checkRequest<{ readonly TableName: string }>('DescribeTimeToLive', TABLE, input);
    const { timeToLive } = catalogue.get(TableName);
    return {
      TimeToLiveDescription:
        timeToLive === undefined
          ? { TimeToLiveStatus: 'DISABLED' }
          : { TimeToLiveStatus: 'ENABLED', AttributeName: timeToLive },
    };
  },
};
