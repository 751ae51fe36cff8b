import { ELSEWHERE, invalid, type Operation, topicOf } from '../desk.ts';
import { readMessage } from '../message.ts';

/** Publish: to a topic, by TopicArn or TargetArn; stored for every subscriber before it is answered. */
export const publish: Operation = (desk, query) => {
  if (query.get('PhoneNumber') !== undefined) {
    throw invalid(`PhoneNumber: the local stack sends no text messages. ${ELSEWHERE}`);
  }
  const { arn } = topicOf(desk, query.get('TopicArn') ?? query.get('TargetArn') ?? '');
  const [MessageId] = desk.publisher.publish(arn, [readMessage(query)]);
  return { MessageId };
};
