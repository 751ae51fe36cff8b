import type { ResourceHandler, StackContext } from '../service.ts';

/** An alarm of the template. It is kept for who wants to show it: the local stack has no metrics, so that none ever fires. */
export interface Alarm {
  readonly arn: string;
  readonly name: string;
  readonly properties: Readonly<Record<string, unknown>>;
}

/** Handles AWS::CloudWatch::Alarm: Ref is the name. */
export function alarmHandler(context: StackContext, keep: (alarm: Alarm) => void): ResourceHandler {
  const { account, partition, region } = context;
  return ({ name, properties }) => {
    const alarmName: string = properties.AlarmName ?? name;
    const arn = `arn:${partition}:cloudwatch:${region}:${account}:alarm:${alarmName}`;
    keep({ arn, name: alarmName, properties });
    return { ref: alarmName, attributes: { Arn: arn } };
  };
}
