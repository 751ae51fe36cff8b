import type { PipelineDeclaration } from '@aws-sdk/client-codepipeline';
import type { Stack } from '../../local/stack.ts';
import { declare } from '../end-to-end/stack.ts';

/** A pipeline that needs nothing but two buckets of its name: `<name>-source` with `site.zip` in it, and `<name>-site`. */
export function s3Pipeline(stack: Stack, name: string): PipelineDeclaration {
  const type = (category: 'Source' | 'Approval' | 'Deploy', provider: string) =>
    ({ category, owner: 'AWS', provider, version: '1' }) as const;
  return declare(stack, name, [
    {
      name: 'Source',
      actions: [
        {
          name: 'Fetch',
          actionTypeId: type('Source', 'S3'),
          configuration: { S3Bucket: `${name}-source`, S3ObjectKey: 'site.zip', PollForSourceChanges: 'false' },
          outputArtifacts: [{ name: 'Site' }],
        },
      ],
    },
    {
      name: 'Approve',
      actions: [
        {
          name: 'Review',
          actionTypeId: type('Approval', 'Manual'),
          configuration: { CustomData: 'Look at it – “well”' },
        },
      ],
    },
    {
      name: 'Deploy',
      actions: [
        {
          name: 'Publish',
          actionTypeId: type('Deploy', 'S3'),
          configuration: { BucketName: `${name}-site`, Extract: 'true' },
          inputArtifacts: [{ name: 'Site' }],
        },
      ],
    },
  ]);
}
