import { join } from 'node:path';
import type { AccessRequest } from '../access.ts';
import { openDatabase } from '../database.ts';
import type { Ports } from '../ports.ts';
import type { ServiceRequest, ServiceResponse, StackContext } from '../service.ts';
import { readBody, type Service, ServiceError } from '../service.ts';
import { accessOf, parametersOf, publishing } from './access.ts';
import { type Desk, ELSEWHERE, type Operation } from './desk.ts';
import { type MailboxRequest, mailbox } from './mailbox.ts';
import { checked } from './message.ts';
import { confirmSubscription } from './operations/confirm-subscription.ts';
import { createTopic } from './operations/create-topic.ts';
import { deleteTopic } from './operations/delete-topic.ts';
import { getSubscriptionAttributes } from './operations/get-subscription-attributes.ts';
import { getTopicAttributes } from './operations/get-topic-attributes.ts';
import { listSubscriptions, listSubscriptionsByTopic } from './operations/list-subscriptions.ts';
import { listTopics } from './operations/list-topics.ts';
import { publish } from './operations/publish.ts';
import { publishBatch } from './operations/publish-batch.ts';
import { setTopicAttributes } from './operations/set-topic-attributes.ts';
import { subscribe } from './operations/subscribe.ts';
import { unsubscribe } from './operations/unsubscribe.ts';
import { Publisher } from './publisher.ts';
import { toXml } from './query.ts';
import { resources } from './resources.ts';
import { openStore } from './store.ts';
import { removeTopic } from './topics.ts';

const NAMESPACE = 'http://sns.amazonaws.com/doc/2010-03-31/';

const OPERATIONS: Readonly<Record<string, Operation>> = {
  CreateTopic: createTopic,
  DeleteTopic: deleteTopic,
  ListTopics: listTopics,
  GetTopicAttributes: getTopicAttributes,
  SetTopicAttributes: setTopicAttributes,
  Subscribe: subscribe,
  ConfirmSubscription: confirmSubscription,
  Unsubscribe: unsubscribe,
  ListSubscriptions: listSubscriptions,
  ListSubscriptionsByTopic: listSubscriptionsByTopic,
  GetSubscriptionAttributes: getSubscriptionAttributes,
  Publish: publish,
  PublishBatch: publishBatch,
};

/** SNS, whose e-mails are kept and shown on the pages of `mailbox`, served below `/mail/`. */
export type Sns = Service &
  Pick<Ports, 'publish'> & {
    mailbox(request: MailboxRequest): Promise<ServiceResponse>;
    /** What publishing to a topic asks for. */
    accessToPublish(topicArn: string): readonly AccessRequest[];
  };

/** Opens SNS over `<dir>/sns/`. */
export function openSns(context: StackContext, ports: Pick<Ports, 'invokeLater' | 'sendMessage'>): Sns {
  const database = openDatabase(join(context.dir, 'sns', 'sns.sqlite'));
  const store = openStore(database);
  const publisher = new Publisher(context, database, store, ports);
  const desk: Desk = { context, store, publisher };
  const seen = new Set<string>();
  return {
    signingName: 'sns',
    resources: resources(desk, seen),
    access: accessOf(desk),
    accessToPublish: (arn) => publishing(desk, arn),
    handle: (request) => handle(desk, request),
    mailbox: async (request) => mailbox(store.mails, request),
    publish: (topicArn, text, subject) => {
      const message = { text, structured: false, attributes: {}, ...(subject !== undefined && { subject }) };
      publisher.publish(topicArn, [checked(message)]);
    },
    start: () => {
      forgetUnseen(desk, seen);
      publisher.start();
    },
    close: async () => {
      await publisher.close();
      database.close();
    },
  };
}

/** Removes what an earlier template made and this one does not name. */
function forgetUnseen(desk: Desk, seen: ReadonlySet<string>): void {
  const { topics, subscriptions } = desk.store;
  for (const { arn, fromTemplate } of subscriptions.all())
    if (fromTemplate && !seen.has(arn)) subscriptions.remove(arn);
  for (const { arn, fromTemplate } of topics.all()) if (fromTemplate && !seen.has(arn)) removeTopic(desk, arn);
}

async function handle(desk: Desk, request: ServiceRequest): Promise<ServiceResponse> {
  const { requestId } = request;
  try {
    const body = (await readBody(request.body)).toString();
    const query = parametersOf(body, request.query);
    const action = query.get('Action') ?? '';
    const operation = Object.hasOwn(OPERATIONS, action) ? OPERATIONS[action] : undefined;
    if (operation === undefined) {
      throw new ServiceError('InvalidAction', `The local stack has no SNS operation ${action}. ${ELSEWHERE}`);
    }
    const result = operation(desk, query);
    const members = { ...(result && { [`${action}Result`]: result }), ResponseMetadata: { RequestId: requestId } };
    return answer(request, 200, `${action}Response`, toXml(members));
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error;
    const { code: Code, message: Message, status } = error;
    const members = { Error: { Type: status < 500 ? 'Sender' : 'Receiver', Code, Message }, RequestId: requestId };
    return answer(request, status, 'ErrorResponse', toXml(members));
  }
}

function answer({ requestId }: ServiceRequest, status: number, root: string, content: string): ServiceResponse {
  const headers = { 'content-type': 'text/xml', 'x-amzn-requestid': requestId };
  return { status, headers, body: `<${root} xmlns="${NAMESPACE}">${content}</${root}>` };
}
