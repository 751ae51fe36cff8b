import { beginMarkerBuild, endMarkerBuild } from './builds.ts';
import { runClients } from './clients.ts';
import { late, outside, pushes, secondStack, throttled, undeliverable, wide } from './side-steps.ts';
import { firstRun, secondRun } from './site-runs.ts';
import type { Walk } from './walk.ts';

/** A part of the walk. */
interface Step {
  readonly name: string;
  readonly go: (walk: Walk) => Promise<void>;
  /** Whose evidence it gathers, alone; absent: of all. */
  readonly ids?: readonly string[];
  readonly notLocal?: boolean;
}

/** The steps, in their order. One that fails leaves the others to be tried. */
export const steps: readonly Step[] = [
  { name: 'creates the pipeline: its first run builds, mails a link and is approved by it', go: firstRun },
  { name: 'changes the source: the second run is approved by PutApprovalResult', go: secondRun },
  { name: 'calls the API by the AWS CLI', go: runClients, ids: ['client-credentials'] },
  { name: 'sends pushes to the webhook', go: pushes, ids: ['api-route-precedence', 'api-header-names'] },
  {
    name: 'sends events that cannot be delivered',
    go: undeliverable,
    ids: ['kms-dead-letters', 'kms-function-dead-letters'],
  },
  {
    name: 'opens fifty approvals at once, then stops their execution',
    go: wide,
    ids: ['sfn-map-41', 'sfn-status-change-input'],
  },
  { name: 'runs a pipeline by a role of another path', go: outside, ids: ['iam-pipeline-roles'] },
  {
    name: 'takes away the concurrency of Decide for a while',
    go: throttled,
    ids: ['sfn-retry-count', 'sfn-task-failed'],
    notLocal: true,
  },
  {
    name: 'starts a build that can be started again minutes later',
    go: beginMarkerBuild,
    ids: ['codebuild-idempotency', 'codebuild-source-version', 'codebuild-list-builds'],
  },
  {
    name: 'starts the build again by its token',
    go: endMarkerBuild,
    ids: ['codebuild-idempotency', 'codebuild-source-version'],
  },
  {
    name: 'lets an approval pass that nobody answers, seven minutes without the sweeper',
    go: late,
    ids: ['sfn-timeout-expression', 'sfn-caught-assign'],
    notLocal: true,
  },
  {
    name: 'deploys a second stack, deletes it and deploys it again',
    go: secondStack,
    ids: ['deploy-two-stacks', 'deploy-delete'],
    notLocal: true,
  },
];
