import type { NewestAnswer, NewestQuestion, NewestRequest } from '../../aws/functions.ts';
import { objectsBy } from '../../aws/objects.ts';
import { accessBy } from '../../aws/roles.ts';
import { failureOf } from '../../engine/failure-of.ts';
import { inReadersTerms } from '../../engine/objects-failure.ts';
import { type Given, pipelineArn } from '../../lambda/given.ts';
import { task } from '../../lambda/task.ts';

const atOnce = 10;

/** A session that only looks at objects: it takes rights away and gives none. */
const sessionPolicy = JSON.stringify({
  Version: '2012-10-17',
  Statement: [
    {
      Effect: 'Allow',
      Action: [
        's3:GetObject',
        's3:GetObjectVersion',
        's3:ListBucket',
        'kms:Decrypt',
        'sts:AssumeRole',
        'sts:TagSession',
      ],
      Resource: '*',
    },
  ],
});

/** Finds out, for polling, which versions of objects are the newest: each as the role with which its source action would fetch it. */
export const newestVersions = task(
  'NewestVersions',
  ({ newest }: NewestRequest) => ({ objects: newest.length }),
  async ({ newest }, given): Promise<readonly NewestAnswer[]> => {
    const answers: NewestAnswer[] = [];
    for (let start = 0; start < newest.length; start += atOnce)
      answers.push(...(await Promise.all(newest.slice(start, start + atOnce).map((each) => look(each, given)))));
    return answers;
  },
);

async function look(
  { pipeline, action, bucket, key, roleArn, actionRoleArn }: NewestQuestion,
  { home }: Given,
): Promise<NewestAnswer> {
  const roles = { pipeline: roleArn, ...(actionRoleArn === undefined ? {} : { action: actionRoleArn }) };
  const purpose = { pipelineArn: pipelineArn(home, pipeline), pipeline, run: 'poll', action, sessionPolicy };
  const objects = objectsBy(accessBy(roles, home.region, purpose));
  try {
    const { versionId } = await inReadersTerms({ bucket, key }, () => objects.head({ bucket, key }));
    return versionId === undefined || versionId === 'null'
      ? { problem: `Versioning is not enabled on the bucket ${bucket}: an S3 source needs it.` }
      : { version: versionId };
  } catch (error) {
    return { problem: failureOf(error)?.message ?? String(error) };
  }
}
