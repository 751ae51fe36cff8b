import { digest } from '../unique-id.ts';

/** The longest name that every type of ours allows, bucket names aside (IAM roles, functions and rules: 64). */
const LONGEST = 64;
const LONGEST_BUCKET = 63;

/** The name of a resource that its properties do not name: `<stack>-<logical id>-<hash>`, cut to what its type allows. */
export function physicalName(stackName: string, logicalId: string, type: string): string {
  const hash = digest(8, stackName, logicalId);
  const bucket = type === 'AWS::S3::Bucket';
  const readable = `${stackName}-${logicalId}`.slice(0, (bucket ? LONGEST_BUCKET : LONGEST) - hash.length - 1);
  return bucket ? `${readable.toLowerCase()}-${hash}` : `${readable}-${hash}`;
}
