/** Events of the default bus that tell of a change, as far as they count. */
export const commit = {
  source: 'aws.codecommit',
  'detail-type': 'CodeCommit Repository State Change',
  detail: {
    event: 'referenceUpdated',
    repositoryName: 'app',
    referenceType: 'branch',
    referenceName: 'main',
    commitId: 'c'.repeat(40),
  },
};
export const image = {
  source: 'aws.ecr',
  'detail-type': 'ECR Image Action',
  detail: {
    'action-type': 'PUSH',
    result: 'SUCCESS',
    'repository-name': 'app',
    'image-tag': 'latest',
    'image-digest': 'sha256:1',
  },
};
