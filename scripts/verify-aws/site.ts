import {
  DeletePublicAccessBlockCommand,
  GetObjectCommand,
  PutBucketPolicyCommand,
  PutBucketWebsiteCommand,
} from '@aws-sdk/client-s3';
import { policy } from '../../local/sample/roles.ts';
import type { Walk } from './walk.ts';

/** Makes the site's bucket a website for everyone; an account that forbids that keeps it to itself. */
export async function serveSite({ account, materials, say }: Walk): Promise<void> {
  const { s3, endpoint } = account;
  const Bucket = materials.siteBucket;
  const WebsiteConfiguration = { IndexDocument: { Suffix: 'index.html' } };
  await s3.send(new PutBucketWebsiteCommand({ Bucket, WebsiteConfiguration }));
  if (endpoint !== undefined) return;
  const everyone = { Effect: 'Allow', Principal: '*', Action: 's3:GetObject', Resource: `arn:aws:s3:::${Bucket}/*` };
  try {
    await s3.send(new DeletePublicAccessBlockCommand({ Bucket }));
    await s3.send(new PutBucketPolicyCommand({ Bucket, Policy: JSON.stringify(policy(everyone)) }));
  } catch (error) {
    say(`  the site stays private: ${error instanceof Error ? error.message : error}`);
  }
}

/** The page as the website serves it, or where the account keeps it private as its object. */
export async function servedPage({ account, materials }: Walk): Promise<string> {
  const { s3, endpoint, region } = account;
  const Bucket = materials.siteBucket;
  const addresses =
    endpoint === undefined
      ? [`http://${Bucket}.s3-website-${region}.amazonaws.com/`, `http://${Bucket}.s3-website.${region}.amazonaws.com/`]
      : [`${endpoint}/sites/${Bucket}/`];
  for (const address of addresses) {
    const response = await fetch(address).catch(() => undefined);
    if (response?.ok) return response.text();
  }
  const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key: 'index.html' }));
  return (await Body?.transformToString()) ?? '';
}
