import type { Probe } from './probe.ts';
import { apiGatewayProbes } from './probes/api-gateway.ts';
import { codebuildProbes } from './probes/codebuild.ts';
import { deployingProbes } from './probes/deploying.ts';
import { iamProbes } from './probes/iam.ts';
import { lambdaProbes } from './probes/lambda.ts';
import { messageProbes } from './probes/messages.ts';
import { stepFunctionsProbes } from './probes/step-functions.ts';
import { storageProbes } from './probes/storage.ts';

/** All probes, in the order in which they look: the one that floods the API is the last. */
export const probes: readonly Probe[] = [
  ...codebuildProbes,
  ...stepFunctionsProbes,
  ...storageProbes,
  ...lambdaProbes,
  ...messageProbes,
  ...iamProbes,
  ...deployingProbes,
  ...apiGatewayProbes,
];

/** Lines that no probe settles, each with what it would take. */
export const unprobed: Readonly<Record<string, string>> = {
  'sfn-continue': 'needs a deployment with a lower budget in domain/history-budget.ts',
  'dynamodb-ttl-remove': 'needs two days',
  'lambda-s3-destination': 'needs a function that fails for half an hour',
  'lambda-source-maps': 'needs the functions deployed a second time without NODE_OPTIONS',
  'lambda-arn-parts': 'needs a GovCloud or China Region',
  'lambda-reserved-concurrency':
    "takes from an account's limit, which may be 10: deploy with PublicConcurrency=1 by hand",
  'sns-email-text': 'only who owns the address sees the mail: look at that of --approval-email',
  'sns-pending-confirmation':
    'needs an address that nobody confirms: give one by --approval-email, and ask `npm run doctor` before the link is followed',
  'api-plain-precedence': 'needs a deployment with PlainProtocol=true: call it by a client that speaks CBOR',
  'api-base64-body': 'the function takes both forms, and tells neither',
  'iam-cloudtrail': 'CloudTrail comes a quarter of an hour later, and shows no use of a right that is too much',
  's3-cross-account-key': 'needs a second account',
  'regions-copy': 'needs a bucket and a build project in a second Region',
  'rules-lambda-invoke': 'needs a function of its own',
  'rules-commands': 'needs a role that CodeBuild may assume',
  'rules-alarm': 'needs alarms of its own',
  'events-alias-target': 'needs an alias, a rule and a schedule of its own',
  'iam-job-session': "needs a custom action type and a worker that uses its job's keys elsewhere",
  'sfn-max-concurrency': 'needs a PARALLEL pipeline whose actions wait: look how many have begun',
  'github-compare': 'needs a repository on GitHub that takes 25 commits in one push',
  'gitlab-payloads': 'needs a project on GitLab',
  'bitbucket-payloads': 'needs a repository on Bitbucket',
  'webhook-register': 'needs a token that may manage hooks: look at the settings of the repository',
  'github-archive':
    'needs a repository with an executable and a link: give it by --repository, compare what the site serves',
  'github-202': 'only GitHub tells, under Recent Deliveries of the webhook',
  'github-enterprise': 'needs a GitHub Enterprise Server',
  'connection-private-host': 'needs a VPC with a host in it',
  'cost-prices': 'needs a bill, or the price list',
  'cost-units': 'metrics of CloudWatch come minutes later: compare them with `npm run bench`',
  'cost-idle-month': 'needs a month',
};
