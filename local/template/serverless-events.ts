import { invalid, type RawResource, type Value, type ValueMap } from './document.ts';
import { arnOf, mapAt, pick, present, refuseOthers } from './serverless-properties.ts';
import { allow, type InlinePolicy, trust } from './serverless-role.ts';

type Resources = Readonly<Record<string, RawResource>>;

/** What a function's event sources expand to, and what its generated role then needs. */
export interface ExpandedEvents {
  readonly resources: Resources;
  readonly managedPolicies: readonly string[];
  readonly policies: readonly InlinePolicy[];
}

type EventExpansion = (
  logicalId: string,
  id: string,
  given: ValueMap,
) => Partial<ExpandedEvents> & { resources: Resources };

const EVENTS: Readonly<Record<string, EventExpansion>> = {
  EventBridgeRule: rule,
  CloudWatchEvent: rule,
  Schedule: scheduledRule,
  ScheduleV2: schedule,
  DynamoDB: streamMapping,
};
const ROUTES = ['HttpApi', 'Api'];

const TARGET = ['Input', 'InputPath', 'InputTransformer', 'DeadLetterConfig', 'RetryPolicy'];
const SCHEDULE = [
  'Description',
  'StartDate',
  'EndDate',
  'ScheduleExpression',
  'ScheduleExpressionTimezone',
  'GroupName',
  'State',
];
const MAPPING = [
  ...['BatchSize', 'BisectBatchOnFunctionError', 'Enabled', 'FilterCriteria', 'FunctionResponseTypes'],
  ...['MaximumBatchingWindowInSeconds', 'MaximumRecordAgeInSeconds', 'MaximumRetryAttempts', 'ParallelizationFactor'],
  ...['StartingPosition', 'StartingPositionTimestamp', 'TumblingWindowInSeconds'],
];
const STREAM_FAILURE: Readonly<Record<string, readonly [string, string]>> = {
  SQS: ['SQSPolicy', 'sqs:SendMessage'],
  SNS: ['SNSPolicy', 'sns:publish'],
};

/** Expands the Events of a function: `<Function><Event>` and what belongs to it. */
export function expandEvents(logicalId: string, events: ValueMap): ExpandedEvents {
  const expanded = Object.entries(events).map(([name, value]) => {
    const id = logicalId + name;
    const event = mapAt(`The event ${id}`, value);
    refuseOthers(id, event, ['Type', 'Properties']);
    return expansionOf(id, event['Type'])(logicalId, id, mapAt(`Properties of ${id}`, event['Properties']));
  });
  return {
    resources: Object.assign({}, ...expanded.map(({ resources }) => resources)),
    managedPolicies: expanded.flatMap(({ managedPolicies = [] }) => managedPolicies),
    policies: expanded.flatMap(({ policies = [] }) => policies),
  };
}

function expansionOf(id: string, type: Value | undefined): EventExpansion {
  const expansion = typeof type === 'string' ? EVENTS[type] : undefined;
  if (expansion !== undefined) return expansion;
  if (typeof type === 'string' && ROUTES.includes(type)) {
    throw invalid(
      `The event ${id} is of type ${type}, which is not expanded: an API here is made of AWS::ApiGatewayV2::Route and ::Integration, ` +
        'because an API that SAM generates drops routes declared beside it when it is updated.',
    );
  }
  throw invalid(`The local stack does not expand events of type ${String(type)} (${id}).`);
}

function rule(logicalId: string, id: string, given: ValueMap): { resources: Resources } {
  refuseOthers(id, given, ['Pattern', 'EventBusName', 'RuleName', 'State', 'Enabled', 'Target', ...TARGET]);
  const { Id } = mapAt(`Target of ${id}`, given['Target']) as { Id?: Value };
  const properties = present({
    EventBusName: given['EventBusName'],
    EventPattern: given['Pattern'],
    Name: given['RuleName'],
    State: stateOf(id, given),
    Targets: [target(logicalId, id, given, Id)],
  });
  return { resources: withPermission(logicalId, id, properties) };
}

function scheduledRule(logicalId: string, id: string, given: ValueMap): { resources: Resources } {
  const ofTarget = ['Input', 'DeadLetterConfig', 'RetryPolicy'];
  refuseOthers(id, given, ['Schedule', 'Name', 'Description', 'State', 'Enabled', ...ofTarget]);
  const properties = present({
    ScheduleExpression: given['Schedule'],
    Name: given['Name'],
    Description: given['Description'],
    State: stateOf(id, given),
    Targets: [target(logicalId, id, given)],
  });
  return { resources: withPermission(logicalId, id, properties) };
}

function withPermission(logicalId: string, id: string, Properties: ValueMap): Resources {
  const permission = {
    Action: 'lambda:InvokeFunction',
    FunctionName: { Ref: logicalId },
    Principal: 'events.amazonaws.com',
    SourceArn: arnOf(id),
  };
  return {
    [id]: { Type: 'AWS::Events::Rule', Properties },
    [`${id}Permission`]: { Type: 'AWS::Lambda::Permission', Properties: permission },
  };
}

function target(logicalId: string, id: string, given: ValueMap, targetId?: Value): ValueMap {
  deadLetterArn(id, given);
  return { Arn: arnOf(logicalId), Id: targetId ?? `${id}LambdaTarget`, ...pick(given, TARGET) };
}

function schedule(logicalId: string, id: string, given: ValueMap): { resources: Resources } {
  const others = [
    'Name',
    'OmitName',
    'FlexibleTimeWindow',
    'Input',
    'RoleArn',
    'PermissionsBoundary',
    'DeadLetterConfig',
  ];
  refuseOthers(id, given, [...SCHEDULE, ...others, 'RetryPolicy']);
  const deadLetter = deadLetterArn(id, given);
  const properties = present({
    ...pick(given, SCHEDULE),
    FlexibleTimeWindow: given['FlexibleTimeWindow'] ?? { Mode: 'OFF' },
    Name: given['OmitName'] === true ? undefined : (given['Name'] ?? id),
    Target: {
      Arn: arnOf(logicalId),
      RoleArn: given['RoleArn'] ?? arnOf(`${id}Role`),
      ...pick(given, ['Input', 'DeadLetterConfig', 'RetryPolicy']),
    },
  });
  const policies = [allow(`${id}LambdaPolicy`, 'lambda:InvokeFunction', arnOf(logicalId))];
  if (deadLetter !== undefined) policies.push(allow(`${id}SQSPolicy`, 'sqs:SendMessage', deadLetter));
  const role = present({
    AssumeRolePolicyDocument: trust('scheduler.amazonaws.com'),
    Policies: policies.map((policy) => ({ ...policy })),
    PermissionsBoundary: given['PermissionsBoundary'],
  });
  const generated =
    given['RoleArn'] === undefined ? { [`${id}Role`]: { Type: 'AWS::IAM::Role', Properties: role } } : {};
  return { resources: { [id]: { Type: 'AWS::Scheduler::Schedule', Properties: properties }, ...generated } };
}

function streamMapping(logicalId: string, id: string, given: ValueMap): ReturnType<EventExpansion> {
  refuseOthers(id, given, ['Stream', 'DestinationConfig', ...MAPPING]);
  if (given['Stream'] === undefined) throw invalid(`The event ${id} needs a Stream.`);
  const onFailure = mapAt(`OnFailure of ${id}`, mapAt(id, given['DestinationConfig'])['OnFailure']);
  const { Type, Destination } = onFailure as { Type?: Value; Destination?: Value };
  const send = typeof Type === 'string' ? STREAM_FAILURE[Type] : undefined;
  if (Type !== undefined && send === undefined) {
    throw invalid(
      `OnFailure of ${id} is of type ${String(Type)}; the local stack expands ${Object.keys(STREAM_FAILURE).join(', ')}.`,
    );
  }
  const Properties = present({
    ...pick(given, MAPPING),
    EventSourceArn: given['Stream'],
    FunctionName: { Ref: logicalId },
    DestinationConfig: Destination === undefined ? undefined : { OnFailure: { Destination } },
  });
  return {
    resources: { [id]: { Type: 'AWS::Lambda::EventSourceMapping', Properties } },
    managedPolicies: ['arn:aws:iam::aws:policy/service-role/AWSLambdaDynamoDBExecutionRole'],
    policies: send === undefined || Destination === undefined ? [] : [allow(id + send[0], send[1], Destination)],
  };
}

function stateOf(id: string, { State, Enabled }: { State?: Value; Enabled?: Value }): Value | undefined {
  if (Enabled === undefined) return State;
  if (State !== undefined) throw invalid(`The event ${id} has both State and Enabled.`);
  return Enabled === true || Enabled === 'true' ? 'ENABLED' : 'DISABLED';
}

function deadLetterArn(id: string, { DeadLetterConfig }: { DeadLetterConfig?: Value }): Value | undefined {
  const { Arn, ...others } = mapAt(`DeadLetterConfig of ${id}`, DeadLetterConfig) as { Arn?: Value };
  refuseOthers(`DeadLetterConfig of ${id}`, others, [], 'Declare the queue and name its Arn.');
  return Arn;
}
