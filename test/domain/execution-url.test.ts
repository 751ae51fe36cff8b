import { expect, test } from 'vitest';
import { actionUrls, type CustomActionType, executionUrl } from '../../functions/domain/custom-action-type.ts';

const counts = { minimumCount: 0, maximumCount: 0 };
const typeWith = (executionUrlTemplate: string): CustomActionType => ({
  id: { category: 'Build', owner: 'Custom', provider: 'Jenkins', version: '1' },
  settings: { executionUrlTemplate },
  actionConfigurationProperties: [],
  inputArtifactDetails: counts,
  outputArtifactDetails: counts,
});
const jenkins = typeWith('https://ci.example.com/job/{Config:Project}/{ExternalExecutionId}/');

test.each([
  [{ Project: 'web' }, '7', 'https://ci.example.com/job/web/7/'],
  [{ Project: 'team/web' }, '7', 'https://ci.example.com/job/team/web/7/'],
  [{ Project: '"><script>?#' }, '7', 'https://ci.example.com/job/%22%3E%3Cscript%3E%3F%23/7/'],
  [{ Project: 'web' }, '\ud800', 'https://ci.example.com/job/web/%EF%BF%BD/'],
  [{ Project: 'web' }, undefined, undefined],
  [{}, '7', undefined],
  [{ Project: 'x'.repeat(2048) }, '7', undefined],
])('the page of %j and execution %j is %j', (configuration, externalId, url) => {
  expect(executionUrl(jenkins, configuration as Record<string, string>, externalId)).toBe(url);
});

test('a page’s address has 2048 characters at most', () => {
  const around = 'https://ci.example.com/job//7/'.length;
  const pageOf = (length: number) => executionUrl(jenkins, { Project: 'x'.repeat(length - around) }, '7');

  expect(pageOf(2047)).toHaveLength(2047);
  expect(pageOf(2048)).toHaveLength(2048);
  expect(pageOf(2049)).toBeUndefined();
});

test('a type without a template has no page', () => {
  const { settings: _, ...plain } = jenkins;

  expect(executionUrl(plain, {}, '7')).toBeUndefined();
  expect(actionUrls(plain, { Project: 'web' })).toStrictEqual({});
});

test('the pages of an action are those of the templates that its type has, filled in', () => {
  const entityUrlTemplate = 'https://ci.example.com/job/{Config:Project}';
  const revisionUrlTemplate = 'https://ci.example.com/job/{Config:Project}/configure';
  const urlsOf = (settings: object, configuration = { Project: 'a b' }) =>
    actionUrls({ ...jenkins, settings }, configuration);

  expect(urlsOf({ entityUrlTemplate })).toStrictEqual({ entityUrl: 'https://ci.example.com/job/a%20b' });
  expect(urlsOf({ revisionUrlTemplate })).toStrictEqual({ revisionUrl: 'https://ci.example.com/job/a%20b/configure' });
  expect(urlsOf({ entityUrlTemplate }, { Project: 'x'.repeat(2048) })).toStrictEqual({});
  expect(urlsOf({})).toStrictEqual({});
});
