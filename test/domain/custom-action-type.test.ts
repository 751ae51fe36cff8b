import { expect, it } from 'vitest';
import { queryableValue } from '../../functions/domain/custom-action-type.ts';
import { forge, property } from './custom-type.ts';

const queryable = property('Queue', { queryable: true });

it.each([
  [[property('Name'), queryable], { Name: 'a', Queue: 'fast' }, { name: 'Queue', value: 'fast' }],
  [[queryable], { Name: 'a' }, { name: 'Queue', value: '' }],
  [[queryable], { Queue: '' }, { name: 'Queue', value: '' }],
  [[property('Queue', { queryable: false }), property('Name')], { Queue: 'fast' }, undefined],
  [[], { Queue: 'fast' }, undefined],
])('workers may ask, of the properties %j with %j, for %j', (actionConfigurationProperties, configuration, asked) => {
  const type = { ...forge, actionConfigurationProperties };

  expect(queryableValue(type, configuration as Record<string, string>)).toEqual(asked);
});
