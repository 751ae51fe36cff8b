import { resolve } from 'node:path';
import { invalid, type RawResource, type Value, type ValueMap } from './document.ts';
import { expandEvents } from './serverless-events.ts';
import { arnOf, mapAt, pick, present, refuseOthers, tagList } from './serverless-properties.ts';
import { allow, generatedRole, type InlinePolicy } from './serverless-role.ts';

type Resources = Readonly<Record<string, RawResource>>;

/** Properties that a function has in CloudFormation under the same name. */
const UNCHANGED = [
  ...[
    'Architectures',
    'Description',
    'Environment',
    'EphemeralStorage',
    'FunctionName',
    'Handler',
    'KmsKeyArn',
    'Layers',
  ],
  ...[
    'LoggingConfig',
    'MemorySize',
    'PackageType',
    'RecursiveLoop',
    'ReservedConcurrentExecutions',
    'Runtime',
    'Timeout',
  ],
];
const OF_THE_ROLE = ['AssumeRolePolicyDocument', 'PermissionsBoundary', 'Policies', 'Role', 'RolePath'];
const EXPANDED = ['CodeUri', 'DeadLetterQueue', 'EventInvokeConfig', 'Events', 'Tags', 'Tracing'];

const SEND: Readonly<Record<string, string>> = {
  SQS: 'sqs:SendMessage',
  SNS: 'sns:publish',
  Lambda: 'lambda:InvokeFunction',
  EventBridge: 'events:PutEvents',
};

/** AWS::Serverless::Function as `sam` expands it, but with its code as `Code: { Local: <absolute folder> }`. */
export function expandFunction(logicalId: string, resource: RawResource, given: ValueMap, folder: string): Resources {
  refuseOthers(logicalId, given, [...UNCHANGED, ...OF_THE_ROLE, ...EXPANDED]);
  const tags = tagList('lambda:createdBy', mapAt(`Tags of ${logicalId}`, given['Tags']));
  const deadLetter = deadLetterOf(logicalId, given['DeadLetterQueue']);
  const invocation = invocationOf(logicalId, given['EventInvokeConfig']);
  const events = expandEvents(logicalId, mapAt(`Events of ${logicalId}`, given['Events']));
  const tracing = given['Tracing'];
  const role = generatedRole(`${logicalId}Role`, {
    service: 'lambda.amazonaws.com',
    properties: given,
    tags,
    managed: [
      'arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole',
      ...(tracing === undefined ? [] : ['arn:aws:iam::aws:policy/AWSXrayWriteOnlyAccess']),
    ],
    managedLast: events.managedPolicies,
    inline: [...deadLetter.policies, ...invocation.policies],
    inlineLast: events.policies,
  });
  const lambda: RawResource = {
    ...resource,
    Type: 'AWS::Lambda::Function',
    Properties: present({
      ...pick(given, UNCHANGED),
      Code: codeAt(logicalId, given['CodeUri'], folder),
      DeadLetterConfig: deadLetter.config,
      Role: given['Role'] ?? arnOf(`${logicalId}Role`),
      Tags: tags,
      TracingConfig: tracing === undefined ? undefined : { Mode: tracing },
    }),
  };
  return {
    [logicalId]: lambda,
    ...invocation.resources,
    ...(given['Role'] === undefined ? { [`${logicalId}Role`]: role } : {}),
    ...events.resources,
  };
}

function codeAt(logicalId: string, uri: Value | undefined, folder: string): ValueMap {
  if (typeof uri !== 'string' || uri.includes('://')) {
    throw invalid(`The CodeUri of ${logicalId} must be a folder, not ${JSON.stringify(uri)}.`);
  }
  return { Local: resolve(folder, uri) };
}

function deadLetterOf(
  logicalId: string,
  given: Value | undefined,
): { config?: ValueMap; policies: readonly InlinePolicy[] } {
  if (given === undefined) return { policies: [] };
  const where = `DeadLetterQueue of ${logicalId}`;
  const { Type, TargetArn } = mapAt(where, given) as { Type?: Value; TargetArn?: Value };
  if ((Type !== 'SQS' && Type !== 'SNS') || TargetArn === undefined) {
    throw invalid(`${where} needs a TargetArn and a Type of SQS or SNS.`);
  }
  const { PolicyDocument } = allow('', SEND[Type] ?? '', TargetArn);
  const versioned = { Version: '2012-10-17', ...PolicyDocument };
  return { config: { TargetArn }, policies: [{ PolicyName: 'DeadLetterQueuePolicy', PolicyDocument: versioned }] };
}

function invocationOf(
  logicalId: string,
  given: Value | undefined,
): { resources: Resources; policies: readonly InlinePolicy[] } {
  if (given === undefined) return { resources: {}, policies: [] };
  const id = `${logicalId}EventInvokeConfig`;
  const config = mapAt(id, given);
  const limits = ['MaximumEventAgeInSeconds', 'MaximumRetryAttempts'];
  refuseOthers(id, config, ['DestinationConfig', ...limits]);
  const destinations = mapAt(`DestinationConfig of ${id}`, config['DestinationConfig']);
  refuseOthers(`DestinationConfig of ${id}`, destinations, ['OnFailure', 'OnSuccess']);
  const policies = Object.entries(destinations).map(([outcome, value]) =>
    destinationPolicy(id, outcome, mapAt(id, value)),
  );
  const plain = Object.entries(destinations).map(([outcome, value]) => [
    outcome,
    pick(mapAt(id, value), ['Destination']),
  ]);
  const Properties = present({
    FunctionName: { Ref: logicalId },
    Qualifier: '$LATEST',
    DestinationConfig: plain.length > 0 ? Object.fromEntries(plain) : undefined,
    ...pick(config, limits),
  });
  return { resources: { [id]: { Type: 'AWS::Lambda::EventInvokeConfig', Properties } }, policies };
}

function destinationPolicy(id: string, outcome: string, destination: ValueMap): InlinePolicy {
  const { Type, Destination } = destination as { Type?: Value; Destination?: Value };
  const action = typeof Type === 'string' ? SEND[Type] : undefined;
  if (action === undefined || Destination === undefined) {
    throw invalid(`${outcome} of ${id} needs a Destination and a Type of ${Object.keys(SEND).join(', ')}.`);
  }
  return allow(`${id}${outcome}${String(Type)}Policy`, action, Destination);
}
