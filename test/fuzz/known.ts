import { runIdOf } from '../conformance/history.ts';

export const pipelineNames: readonly string[] = ['web', 'api', 'docs'];
export const connection = '10ca1000-0000-4000-8000-000000000001';
export const repository = 'sample/web';
export const branch = 'main';

/** An approval that waits for its answer. */
export const approval = {
  pipeline: 'web',
  stage: 'Approve',
  action: 'Review',
  run: runIdOf(0),
  token: '0a1fd000-0000-4000-8000-00000000000a',
  expires: 4_000_000_000_000,
};

/** What a request may name: some of it is there. */
export const known: readonly unknown[] = [
  ...pipelineNames,
  'nobody',
  'Source',
  'Approve',
  'Deploy',
  'Review',
  approval.token,
  runIdOf(0),
  runIdOf(3),
  'arn:aws:codepipeline:eu-west-1:000000000000:web',
  'arn:aws:iam::000000000000:role/pipelines',
  'WyJ4IiwieSJd',
  'WyJ4IiwiIl0',
  'Approved',
  'Latest',
  1,
  100,
];
