import type { Incoming } from './incoming.ts';
import type { Protocol } from './protocol.ts';
import { s3OperationName } from './s3-operation-name.ts';

const FORM_ACTION = /(?:^|&)Action=([A-Za-z0-9]+)/;

/** Names the operation that a request asks for, as the service's reference spells it; `METHOD /path` where no rule knows it. */
export function operationName(
  request: Incoming,
  protocol: Protocol,
  service: string,
  body: Buffer | undefined,
): string {
  const { headers, method, path, query } = request;
  switch (protocol) {
    case 'json':
      return String(headers['x-amz-target']).split('.').at(-1) ?? '';
    case 'cbor':
      return path.split('/').at(-1) ?? '';
    case 'query':
      return (FORM_ACTION.exec(query) ?? FORM_ACTION.exec(body?.toString('latin1') ?? ''))?.[1] ?? `${method} ${path}`;
    case 's3':
      return s3OperationName(request);
    case 'rest':
      return restOperationName(service, method, path);
  }
}

const REST: Readonly<Record<string, readonly (readonly [string, RegExp, string])[]>> = {
  lambda: [
    ['POST', /^\/2015-03-31\/functions\/[^/]+\/invocations$/, 'Invoke'],
    ['GET', /^\/2015-03-31\/functions\/?$/, 'ListFunctions'],
    ['POST', /^\/2015-03-31\/functions\/?$/, 'CreateFunction'],
    ['DELETE', /^\/2015-03-31\/functions\/[^/]+$/, 'DeleteFunction'],
    ['GET', /^\/2015-03-31\/functions\/[^/]+$/, 'GetFunction'],
    ['GET', /^\/2015-03-31\/functions\/[^/]+\/configuration$/, 'GetFunctionConfiguration'],
  ],
  scheduler: [
    ['POST', /^\/schedules\/[^/]+$/, 'CreateSchedule'],
    ['PUT', /^\/schedules\/[^/]+$/, 'UpdateSchedule'],
    ['GET', /^\/schedules\/[^/]+$/, 'GetSchedule'],
    ['DELETE', /^\/schedules\/[^/]+$/, 'DeleteSchedule'],
    ['GET', /^\/schedules$/, 'ListSchedules'],
    ['POST', /^\/schedule-groups\/[^/]+$/, 'CreateScheduleGroup'],
    ['GET', /^\/schedule-groups\/[^/]+$/, 'GetScheduleGroup'],
    ['DELETE', /^\/schedule-groups\/[^/]+$/, 'DeleteScheduleGroup'],
    ['GET', /^\/schedule-groups$/, 'ListScheduleGroups'],
  ],
};

function restOperationName(service: string, method: string, path: string): string {
  const known = REST[service]?.find(([verb, pattern]) => verb === method && pattern.test(path));
  return known?.[2] ?? `${method} ${path}`;
}
