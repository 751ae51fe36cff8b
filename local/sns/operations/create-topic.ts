import { invalid, type Operation } from '../desk.ts';
import { putTopic, topicArn } from '../topics.ts';

/** CreateTopic: a topic that is there already is answered, unless it was made with other attributes or tags. */
export const createTopic: Operation = (desk, query) => {
  const name = query.required('Name');
  const attributes = query.map('Attributes');
  const tags = Object.fromEntries(query.each('Tags').map((tag) => [tag.required('Key'), tag.get('Value') ?? '']));
  const existing = desk.store.topics.get(topicArn(desk, name));
  if (existing === undefined) return { TopicArn: putTopic(desk, name, { attributes, tags, fromTemplate: false }).arn };
  if (Object.entries(attributes).some(([key, value]) => existing.attributes[key] !== value)) {
    throw invalid('Attributes Reason: Topic already exists with different attributes');
  }
  if (Object.entries(tags).some(([key, value]) => existing.tags[key] !== value)) {
    throw invalid('Tags Reason: Topic already exists with different tags');
  }
  return { TopicArn: existing.arn };
};
