import { join } from 'node:path';
import type { Clock } from '../../local/clock.ts';
import { openDynamodb } from '../../local/dynamodb/dynamodb.ts';
import { openEventbridge } from '../../local/eventbridge/eventbridge.ts';
import { type FunctionDefinition, readDefinition } from '../../local/lambda/definition.ts';
import { type MappingDefinition, readMapping } from '../../local/lambda/mapping-definition.ts';
import type { Ports } from '../../local/ports.ts';
import { openS3 } from '../../local/s3/s3.ts';
import { openSecretsManager } from '../../local/secrets-manager/secrets-manager.ts';
import type { Resource, ResourceHandler, Service, StackContext } from '../../local/service.ts';
import { openSns } from '../../local/sns/sns.ts';
import { openStepFunctions } from '../../local/step-functions/step-functions.ts';
import { openSts } from '../../local/sts/sts.ts';
import { provision, readTemplate, type Template } from '../../local/template/template.ts';

const place = { account: '000000000000', region: 'us-east-1', partition: 'aws', endpoint: 'http://127.0.0.1:1' };

/** What of a world the services use. */
export interface Surroundings {
  readonly dir: string;
  readonly clock: Clock;
  readonly ports: Pick<Ports, 'invoke' | 'invokeLater' | 'emit'>;
}

/** The services of the local stack behind the functions, and what template.yaml makes of them. */
export type Services = Awaited<ReturnType<typeof openServices>>;

const templates = new Map<string, Template>();

/** Opens the services over a folder, and makes the template's resources. Functions are told of only: the world runs them. */
export async function openServices({ dir, clock, ports }: Surroundings, root: string) {
  const context: StackContext = { ...place, dir, clock };
  const nobody = () => {
    throw new Error('Nothing of the template leads here.');
  };
  const dynamodb = openDynamodb(context);
  const eventbridge = openEventbridge(context, {
    invokeLater: ports.invokeLater,
    startExecution: nobody,
    sendMessage: nobody,
    publish: nobody,
  });
  const s3 = openS3(context, { emit: () => {} });
  const sns = openSns(context, { invokeLater: nobody, sendMessage: nobody });
  const secrets = openSecretsManager(context);
  const sts = openSts(context, { knownRole: () => true, trustOf: () => undefined });
  const emit: Ports['emit'] = (event) => {
    ports.emit(event);
    eventbridge.emit(event);
  };
  const machine = openStepFunctions(context, { invoke: ports.invoke, emit, log: () => {}, mayStart: () => {} });
  const services: readonly Service[] = [dynamodb, s3, machine, eventbridge, sns, secrets, sts];

  /** Makes the template's resources, or brings them to what another commit's template says: what runs goes on. */
  const bring = async (from: string) => {
    const functions = new Map<string, FunctionDefinition>();
    const mappings: MappingDefinition[] = [];
    const made = (resource: Resource) => ({ ref: resource.name, attributes: attributesOf(resource) });
    const handlers: Readonly<Record<string, ResourceHandler>> = {
      ...Object.fromEntries(untold.map((type) => [type, made])),
      ...Object.assign({}, ...services.map(({ resources }) => resources)),
      'AWS::Lambda::Function': (resource) => {
        const definition = readDefinition(resource, context, from);
        functions.set(definition.arn, definition);
        return { ref: definition.name, attributes: { Arn: definition.arn } };
      },
      'AWS::Lambda::EventSourceMapping': (resource) => {
        mappings.push(readMapping(resource));
        return made(resource);
      },
    };
    const file = join(from, 'template.yaml');
    const template = templates.get(from) ?? readTemplate(file, { ...place, stackName: 'sluice', parameters });
    templates.set(from, template);
    const { outputs } = await provision(template, handlers);
    return { functions, mappings, outputs };
  };
  const first = await bring(root);
  for (const service of services) await service.start?.();
  return {
    ...first,
    bring,
    emit,
    machine,
    readStream: dynamodb.readStream,
    bySigningName: new Map(services.map((service) => [service.signingName, service])),
    close: async () => {
      for (const service of services) await service.close();
    },
  };
}

const parameters = { ApprovalEmail: 'approver@example.com', PlainProtocol: 'on', PrivateHosts: '127.0.0.1' };

/** What no call of a function comes to: it is enough that others can refer to it. */
const untold = [
  'AWS::ApiGatewayV2::Api',
  'AWS::ApiGatewayV2::Integration',
  'AWS::ApiGatewayV2::Route',
  'AWS::ApiGatewayV2::Stage',
  'AWS::CloudWatch::Alarm',
  'AWS::CodeBuild::Project',
  'AWS::IAM::Policy',
  'AWS::IAM::Role',
  'AWS::KMS::Key',
  'AWS::Lambda::EventInvokeConfig',
  'AWS::Lambda::Permission',
  'AWS::Logs::LogGroup',
  'AWS::SQS::Queue',
  'AWS::SQS::QueuePolicy',
  'AWS::Scheduler::Schedule',
];

function attributesOf({ name, type, properties }: Resource): Readonly<Record<string, string>> {
  const { account, endpoint, partition, region } = place;
  const [, service = '', kind = ''] = type.toLowerCase().split('::');
  const where = service === 'iam' ? `:${account}` : `${region}:${account}`;
  const isLog = service === 'logs';
  const arn = `arn:${partition}:${service}:${where}:${isLog ? `log-group:${name}:*` : `${kind}${properties.Path ?? '/'}${name}`}`;
  return { Arn: arn, QueueName: name, ApiEndpoint: endpoint, StreamArn: arn };
}
