import { jsonMembers } from '../access.ts';
import { readBody, type Service, ServiceError, type StackContext } from '../service.ts';
import { accessOf, operationOf } from './access.ts';
import { openAlarms } from './alarms.ts';
import { alarmArn, OPERATIONS } from './operations.ts';

/** CloudWatch, as far as it tells the state of alarms. There are no metrics: an alarm is in the state that SetAlarmState has set. */
export function openCloudwatch(context: StackContext): Service {
  const alarms = openAlarms(context);
  return {
    signingName: 'monitoring',
    access: accessOf(context),
    resources: {
      'AWS::CloudWatch::Alarm': ({ name, properties }) => {
        const { AlarmName: alarmName = name, ...rest } = properties;
        alarms.put(alarmName, rest, context.clock.now());
        return { ref: alarmName, attributes: { Arn: alarmArn(context, alarmName) } };
      },
    },
    async handle({ headers, body }) {
      const name = operationOf(headers);
      const operation = Object.hasOwn(OPERATIONS, name) ? OPERATIONS[name] : undefined;
      if (operation === undefined) {
        const message = `The local stack has no CloudWatch operation ${name}. Set AWS_ENDPOINT_URL_CLOUDWATCH to use another endpoint.`;
        throw new ServiceError('UnknownOperationException', message);
      }
      const input = jsonMembers({ body: await readBody(body) });
      const answer = JSON.stringify(operation({ input, alarms, context }));
      return { status: 200, headers: { 'content-type': 'application/x-amz-json-1.0' }, body: answer };
    },
    close: () => alarms.close(),
  };
}
