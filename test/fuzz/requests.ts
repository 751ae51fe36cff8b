import { createHmac } from 'node:crypto';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { reviewPath, signedText } from '../../functions/domain/review-link.ts';
import { operations, validInput } from '../api/model-inputs.ts';
import { type Case, cases } from '../conformance/cases.ts';
import { secret } from '../conformance/front-door.ts';
import { runIdOf } from '../conformance/history.ts';
import { declaration } from '../conformance/sample.ts';
import { eventOf, protocolNames, requestFor, toCbor } from '../conformance/wire.ts';
import { Random } from '../engine/simulation/random.ts';
import { approval, branch, connection, known, pipelineNames, repository } from './known.ts';
import { mutated, mutatedBytes, text } from './mutate.ts';

/** A request to one of the handlers. It follows from the seed and its number alone. */
export interface FuzzRequest {
  readonly door: 'api' | 'webhook' | 'approvalLink';
  readonly operation: string;
  readonly event: APIGatewayProxyEventV2;
}

/** The request of a number. Operations that are built are asked more often. */
export function requestOf(seed: number, number: number, built: readonly string[]): FuzzRequest {
  const random = new Random(seed * 1_000_003 + number);
  for (let skip = 0; skip < 3; skip++) random.next();
  const kind = random.next();
  if (kind < 0.8) return apiRequest(random, built);
  return kind < 0.9 ? webhookRequest(random) : linkRequest(random);
}

function apiRequest(random: Random, built: readonly string[]): FuzzRequest {
  const { operation, shape, input: given } = random.chance(0.7) ? likely(random, built) : random.pick(cases);
  const protocol = random.pick(protocolNames);
  const input = random.chance(0.3) ? given : mutated(given, random, known);
  const request = { ...requestFor('X', {}, protocol, null), body: bytesOf(input, protocol, shape) };
  const name = random.chance(0.02) ? text(operation, random) : operation;
  const headers = { ...requestFor(name, {}, protocol, null).headers };
  if (random.chance(0.03)) headers['smithy-protocol'] = random.pick(['rpc-v2-cbor', 'rpc-v2-json', '']);
  if (random.chance(0.02)) Reflect.deleteProperty(headers, 'x-amz-target');
  const path = protocol === 'CBOR' ? `/service/CodePipeline_20150709/operation/${name}` : '/';
  const body = random.chance(0.15) ? mutatedBytes(request.body, random) : request.body;
  const event = eventOf({ path, headers, body }, random.chance(0.1) ? ownPath(name, random) : {});
  if (random.chance(0.03))
    return { door: 'api', operation, event: { ...event, body: body.toString('latin1'), isBase64Encoded: false } };
  if (random.chance(0.01)) {
    const { body: _, ...bare } = event;
    return { door: 'api', operation, event: bare };
  }
  return { door: 'api', operation, event };
}

/** Some values have no form in CBOR or JSON: then they go out as text. */
function bytesOf(input: unknown, protocol: 'JSON' | 'CBOR', shape: string | null): Buffer {
  try {
    return requestFor('X', input, protocol, shape).body;
  } catch {
    return protocol === 'JSON' ? Buffer.from(String(input)) : toCbor(String(input));
  }
}

/** A request that a pipeline of the world understands. */
function likely(random: Random, built: readonly string[]): Pick<Case, 'operation' | 'shape' | 'input'> {
  const asked = random.chance(0.8) ? operations.filter((each) => built.includes(each.operation)) : operations;
  const { operation, input: shape } = random.pick(asked);
  const whole = shape === null ? {} : (validInput(shape, random.chance(0.5)) as Record<string, unknown>);
  const name = random.pick(pipelineNames);
  const fitting: Record<string, unknown> = {
    pipelineName: name,
    name,
    stageName: 'Approve',
    actionName: 'Review',
    pipelineExecutionId: runIdOf(random.below(5)),
    token: approval.token,
    pipeline: declaration(name),
    maxResults: 1 + random.below(3),
    nextToken: random.pick(known),
    clientRequestToken: `token-${random.below(20)}`,
  };
  const chosen = Object.keys(whole).map((member) => [
    member,
    Object.hasOwn(fitting, member) ? fitting[member] : whole[member],
  ]);
  return { operation, shape, input: Object.fromEntries(chosen.filter(() => !random.chance(0.1))) };
}

function ownPath(operation: string, random: Random): Record<string, string> {
  const parts = ['pipeline', 'stage', 'action'].slice(0, random.below(4));
  const values = parts.map((part) => [
    part,
    String(random.pick([...pipelineNames, 'Approve', 'Review', '', '__proto__'])),
  ]);
  return { operation, ...Object.fromEntries(values) };
}

function webhookRequest(random: Random): FuzzRequest {
  const push = {
    ref: `refs/heads/${branch}`,
    after: random.uuid().replaceAll('-', '').padEnd(40, '0'),
    repository: { full_name: repository },
    head_commit: {
      message: 'A change',
      timestamp: '2026-01-01T00:00:00Z',
      author: { name: 'Ada', email: 'a@example.com' },
    },
  };
  const whole = Buffer.from(JSON.stringify(mutated(push, random, known)) ?? 'null');
  const body = random.chance(0.2) ? mutatedBytes(whole, random) : whole;
  const signature = `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`;
  const headers = {
    'x-hub-signature-256': random.chance(0.1) ? text(signature, random) : signature,
    'x-github-event': random.pick(['push', 'push', 'push', 'push', 'ping', 'pull_request', '']),
  };
  const event = eventOf(
    { path: '/webhooks/x', headers, body },
    { name: random.chance(0.05) ? text(connection, random) : connection },
  );
  return { door: 'webhook', operation: 'webhook', event };
}

function linkRequest(random: Random): FuzzRequest {
  const odd = (value: string) => (random.chance(0.1) ? text(value, random) : value);
  const link = {
    pipeline: odd(approval.pipeline),
    stage: odd(approval.stage),
    action: odd(approval.action),
    run: odd(approval.run),
    token: odd(approval.token),
    expires: random.chance(0.1) ? random.pick([0, -1, 1.5, Number.NaN, 1e21]) : approval.expires,
  };
  const sign = (of: string) => createHmac('sha256', secret).update(of).digest('base64url');
  const query = new URL(`http://x${reviewPath(link, odd(sign(signedText(link))))}`).searchParams;
  const issued = String(random.chance(0.2) ? random.pick(['', '-1', 'x', '1e999']) : Date.now() - random.below(1000));
  const form = new URLSearchParams({
    status: random.pick(['Approved', 'Rejected', '', 'Both']),
    summary: String(random.pick(known)),
    issued,
    nonce: odd(sign(`nonce\n${signedText(link)}\n${issued}`)),
  });
  const whole = Buffer.from(String(form));
  const body = random.chance(0.2) ? mutatedBytes(whole, random) : whole;
  const { pipeline, stage, action } = link;
  const event = eventOf({ path: '/approvals/x', headers: {}, body }, { pipeline, stage, action });
  const method = random.pick(['GET', 'GET', 'HEAD', 'POST', 'PUT', '']);
  const { requestContext } = event;
  return {
    door: 'approvalLink',
    operation: 'approval link',
    event: {
      ...event,
      queryStringParameters: Object.fromEntries([...query].filter(() => !random.chance(0.03))),
      requestContext: { ...requestContext, http: { ...requestContext.http, method } },
    },
  };
}
