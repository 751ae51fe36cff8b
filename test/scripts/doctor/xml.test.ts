import { expect, it } from 'vitest';
import { elementsAt, readXml, textAt } from '../../../scripts/doctor/xml.ts';

const xml = readXml(`<?xml version="1.0"?>
<ListResponse xmlns="https://example.com/">
  <Things><member><Name>a &amp; b</Name></member><member><Name>&#60;&#x63;&#62;</Name><Empty/></member></Things>
</ListResponse>`);

it('lists are read member by member, entities as what they stand for', () => {
  const names = elementsAt(xml, 'ListResponse', 'Things', 'member').map((one) => textAt(one, 'Name'));

  expect(names).toEqual(['a & b', '<c>']);
});

it('an empty element is an empty text, an absent one is none', () => {
  const [, second] = elementsAt(xml, 'ListResponse', 'Things', 'member');

  expect(second && textAt(second, 'Empty')).toBe('');
  expect(textAt(xml, 'ListResponse', 'Other')).toBeUndefined();
});

it.each(['<a><b></a>', '<a>', '</a>'])('%s is refused', (text) => {
  expect(() => readXml(text)).toThrow('not well-formed');
});
