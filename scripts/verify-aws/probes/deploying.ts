import { had, holds, NotSeen, type Probe, probe } from '../probe.ts';
import { actionOf } from './codebuild.ts';

const notDeployed = 'the local stack serves the template without a deployment';
const complete = /^(CREATE|UPDATE)_COMPLETE$/;

/** What CloudFormation answers. A deployment that failed has its reason for a status. */
export const deployingProbes: readonly Probe[] = [
  probe({
    id: 'deploy-sam',
    notLocal: notDeployed,
    look: ({ seen }) => ({ status: had(seen.deployed, 'a deployment') }),
    judge: ({ status }) => holds(complete.test(status), `sam deploy without sam build, with CAPABILITY_IAM: ${status}`),
  }),
  probe({
    id: 'deploy-no-circle',
    notLocal: notDeployed,
    look({ seen }) {
      const status = had(seen.deployed, 'a deployment');
      if (!complete.test(status) && !/circular/i.test(status)) throw new NotSeen(`the deployment failed: ${status}`);
      return { status };
    },
    judge: ({ status }) => holds(complete.test(status), `the stack: ${status}`),
  }),
  probe({
    id: 'deploy-two-stacks',
    notLocal: notDeployed,
    look: ({ seen }) => ({ status: had(seen.secondStack, 'a second stack').made }),
    judge: ({ status }) => holds(complete.test(status), `a second stack beside the first: ${status}`),
  }),
  probe({
    id: 'deploy-update-waiting',
    notLocal: notDeployed,
    look: ({ seen }) => ({ update: had(seen.update, 'an update'), run: had(seen.second, 'the second run').status }),
    judge: ({ update, run }) =>
      holds(complete.test(update) && run === 'Succeeded', `the update: ${update}; the run that waited: ${run}`),
  }),
  probe({
    id: 'deploy-delete',
    notLocal: notDeployed,
    look({ seen }) {
      const { left, again } = had(seen.secondStack, 'a second stack');
      return { left: had(left, 'the end of a second stack'), again: again ?? 'not made' };
    },
    judge: ({ left, again }) =>
      holds(
        ['table', 'bucket', 'key'].every((kept) => left.includes(kept)) && complete.test(again),
        `left by the deleted stack: ${left.join(', ') || 'nothing'}; a new one of its name: ${again}`,
      ),
  }),
  probe({
    id: 'connection-public-host',
    notLocal: 'a stack on 127.0.0.1 resolves names as this machine does',
    look({ options, seen }) {
      if (!options.repository?.host.startsWith('https://')) throw new NotSeen('name a repository by --repository');
      const { status, output } = actionOf(seen.first, 'Fetch');
      return { status, error: output?.executionResult?.errorDetails?.message };
    },
    judge: ({ status, error }) =>
      holds(status === 'Succeeded', `the source by the connection: ${status} ${error ?? ''}`),
  }),
];
