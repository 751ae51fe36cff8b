import { expect, test } from 'vitest';
import { TurnableClock } from '../../../local/clock.ts';
import { accessOf } from '../../../local/codebuild/access.ts';
import { jsonCall, operationsIn } from '../access-call.ts';

const place = { account: '000000000000', region: 'us-east-1', partition: 'aws', endpoint: '', dir: '' };
const read = accessOf({ ...place, clock: new TurnableClock() });
const project = (name: string) => `arn:aws:codebuild:us-east-1:000000000000:project/${name}`;
const build = 'arn:aws:codebuild:us-east-1:000000000000:build/site:1';
const role = 'arn:aws:iam::000000000000:role/r';

const asked = (operation: string, input: object) =>
  read(jsonCall(`CodeBuild_20161006.${operation}`, input)).map(({ action, resource }) => `${action} ${resource}`);

test.each([
  ['StartBuild', { projectName: 'site' }, [`codebuild:StartBuild ${project('site')}`]],
  ['StartBuild', { projectName: project('site') }, [`codebuild:StartBuild ${project('site')}`]],
  [
    'StartBuild',
    { projectName: 'site', serviceRoleOverride: role },
    [`codebuild:StartBuild ${project('site')}`, `iam:PassRole ${role}`],
  ],
  [
    'BatchGetBuilds',
    { ids: ['site:2', build, 'other:3'] },
    [`codebuild:BatchGetBuilds ${project('site')}`, `codebuild:BatchGetBuilds ${project('other')}`],
  ],
  ['StopBuild', { id: build }, [`codebuild:StopBuild ${project('site')}`]],
  [
    'CreateProject',
    { name: 'site', serviceRole: role },
    [`codebuild:CreateProject ${project('site')}`, `iam:PassRole ${role}`],
  ],
  ['ListBuildsForProject', { projectName: 'site' }, [`codebuild:ListBuildsForProject ${project('site')}`]],
  ['ListProjects', {}, ['codebuild:ListProjects *']],
])('%s of %j asks for %j', (operation, input, wanted) => {
  expect(asked(operation, input)).toEqual(wanted);
});

test('every operation asks for something', () => {
  const operations = operationsIn('codebuild/protocol.ts');
  const input = { id: build, ids: [build], name: 'site', names: ['site'], projectName: 'site' };

  expect(operations).toContain('RetryBuild');
  for (const operation of operations) expect(asked(operation, input), operation).not.toEqual([]);
});
