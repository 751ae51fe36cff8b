import { type Operation, topicOf } from '../desk.ts';
import { checkAttributes } from '../topics.ts';

/** SetTopicAttributes: one attribute; without a value it goes back to its default. */
export const setTopicAttributes: Operation = (desk, query) => {
  const topic = topicOf(desk, query.required('TopicArn'));
  const name = query.required('AttributeName');
  const value = query.get('AttributeValue') ?? '';
  checkAttributes({ [name]: value });
  const { [name]: _old, ...attributes } = topic.attributes;
  desk.store.topics.save({ ...topic, attributes: value === '' ? attributes : { ...attributes, [name]: value } });
  return undefined;
};
