import type { Answer } from '../../account/api.ts';
import type { Keys } from '../../account/client-options.ts';
import { ask } from '../api.ts';
import { logLines } from '../logs.ts';
import { keysOf, makeRole, personTrust } from '../parts.ts';
import { until } from '../passing.ts';
import { had, holds, NotSeen, type Probe, probe } from '../probe.ts';
import type { Walk } from '../walk.ts';
import { actionOf } from './codebuild.ts';

/** More than a burst and a second's rate. */
const flood = 900;

/** What the HTTP API answers, in front of the functions. */
export const apiGatewayProbes: readonly Probe[] = [
  probe({
    id: 'api-route-precedence',
    async look({ seen, stack }) {
      const page = await fetch(`${stack.outputs['ApiUrl']}/approvals/a/b/c`);
      const { signed, unsigned } = had(seen.webhook, 'a push');
      return { signed, unsigned, link: page.status, text: (await page.text()).slice(0, 80) };
    },
    judge: ({ signed, unsigned, link, text }) =>
      holds(
        signed === 202 && unsigned === 401 && /<!doctype html>/i.test(text),
        `a signed push ${signed}, one by another key ${unsigned}; a link without signature ${link} by ${/<!doctype/i.test(text) ? 'the function' : text}`,
      ),
  }),
  probe({
    id: 'api-header-names',
    look: ({ seen }) => had(seen.webhook, 'a push'),
    judge: ({ signed }) => holds(signed === 202, `a push with X-Hub-Signature-256 was answered with ${signed}`),
  }),
  probe({
    id: 'api-path-policy',
    async look(walk) {
      const { names } = walk;
      const own = encodeURIComponent(names.site);
      const keys = await caller(walk, 'one', [`GetPipelineState/${own}`]);
      const mine = await asked(walk, `/GetPipelineState/${own}`, { name: names.site }, keys);
      const other = await ask(walk.account, url(walk), `/GetPipelineState/${names.late}`, { name: names.late }, keys);
      return { own: mine.status, other: other.status };
    },
    judge: ({ own, other }) =>
      holds(
        own === 200 && other === 403,
        `a policy for a name with '.' and '@' (as %40): its pipeline ${own}, another ${other}`,
      ),
  }),
  probe({
    id: 'api-user-arn',
    look: ({ seen }) => ({
      recorded: actionOf(seen.second, 'Review').updatedBy,
      caller: had(seen.reviewerArn, 'an answer by the API'),
    }),
    judge: ({ recorded, caller: by }) => holds(recorded === by, `recorded ${recorded}; called by ${by}`),
  }),
  probe({
    id: 'api-access-logs',
    async look({ account, stack, began, seen }) {
      const logGroupName = had(stack.resources['AccessLogs'], 'the log group of the API');
      const by = had(seen.reviewerArn, 'a call by a role');
      const lines = await until(
        'the line of a call',
        async () => {
          const found = await logLines(account, logGroupName, { from: began, pattern: `"${by}"` });
          return found.length === 0 ? undefined : found.map(({ text }) => text);
        },
        account.endpoint === undefined ? 120 : 10,
      ).catch(() => []);
      return { lines, by };
    },
    judge: ({ lines, by }) =>
      holds(
        lines.length > 0 && lines.every((line) => callerIn(line) === by),
        lines.length === 0 ? `no line of a call by ${by}` : `${lines.length} lines, such as ${lines[0]}`,
      ),
  }),
  probe({
    id: 'api-raw-path',
    async look(walk) {
      const name = walk.names.site;
      const site = encodeURIComponent(name);
      const keys = await caller(walk, 'spelling', ['GetPipelineState/*']);
      const plain = await asked(walk, `/GetPipelineState/${site}`, { name }, keys);
      const spelled = await ask(walk.account, url(walk), `/%47etPipelineState/${site}`, { name }, keys);
      return { plain: plain.status, spelled: spelled.status };
    },
    judge: ({ plain, spelled }) =>
      holds(plain === 200 && spelled === 403, `as the policy has it ${plain}, spelled with %47 ${spelled}`),
  }),
  probe({
    id: 'api-encoded-slash',
    async look(walk) {
      const name = walk.names.site;
      const site = encodeURIComponent(name);
      const path = `/GetPipelineState%2F${site}`;
      const { status, body } = await ask(walk.account, url(walk), path, { name }, await walk.account.keys());
      return { status, body };
    },
    judge: ({ status, body }) => holds(status === 200, `answered ${status}: ${body.slice(0, 120)}`),
  }),
  probe({
    id: 'client-credentials',
    look({ seen }) {
      const { listed, credentials } = had(seen.client, 'a call by the AWS CLI');
      if (credentials === 'the environment')
        throw new NotSeen('the keys came from the environment: walk with a profile');
      return { listed, credentials };
    },
    judge: ({ listed, credentials }) =>
      holds(
        listed,
        `with ${credentials} the AWS CLI ${listed ? 'listed' : 'did not list'} the pipeline through the proxy`,
      ),
  }),
  probe({
    id: 'api-throttle',
    async look({ stack }) {
      const one = async (): Promise<number> => {
        const response = await fetch(`${stack.outputs['ApiUrl']}/webhooks/none`, { method: 'POST', body: '{}' });
        await response.arrayBuffer();
        return response.status;
      };
      const statuses = await Promise.all(Array.from({ length: flood }, one));
      return { sent: flood, refused: statuses.filter((status) => status === 429).length };
    },
    judge: ({ sent, refused }) => holds(refused > 0, `${refused} of ${sent} requests at once were answered with 429`),
  }),
];

const url = ({ stack }: Walk): string => stack.outputs['ApiUrl'] ?? '';

/** Keys of a role that may call these paths, as soon as it may. */
async function caller(walk: Walk, name: string, paths: readonly string[]): Promise<Keys> {
  const { account, maker } = walk;
  const Resource = paths.map(
    (path) => `arn:aws:execute-api:${account.region}:${account.account}:*/$default/POST/${path}`,
  );
  const statements = [{ Effect: 'Allow', Action: 'execute-api:Invoke', Resource }];
  const role = { name, path: 'sluice-elsewhere', trust: personTrust(account), statements };
  return keysOf(account, await makeRole(maker, role), name);
}

/** Asks until the answer is not 403, or for half a minute: what IAM was told may not be known everywhere yet. */
async function asked(walk: Walk, path: string, input: object, keys: Keys): Promise<Answer> {
  const { account } = walk;
  let last: Answer = { status: 0, body: '' };
  await until(
    path,
    async () => {
      last = await ask(account, url(walk), path, input, keys);
      return last.status === 403 ? undefined : last;
    },
    account.endpoint === undefined ? 30 : 0,
  ).catch(() => undefined);
  return last;
}

function callerIn(line: string): unknown {
  try {
    return JSON.parse(line).caller;
  } catch {
    return undefined;
  }
}
