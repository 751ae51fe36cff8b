import { createHash } from 'node:crypto';
import { appendFileSync, mkdirSync } from 'node:fs';
import type { IncomingHttpHeaders } from 'node:http';
import { join } from 'node:path';
import type { AnsweredCall } from '../../local/gateway/options.ts';
import type { Judged } from '../../local/iam/authorizer.ts';
import type { Policy } from '../../local/iam/evaluate/policy.ts';
import type { FunctionEvent, StackRecorder } from '../../local/recorder.ts';

/** Bytes of the largest body that is kept. */
const LARGEST_BODY = 256 * 1024;

const SECRET_HEADERS = ['authorization', 'cookie', 'x-amz-security-token'];
const SECRET_PARAMETERS = ['X-Amz-Signature', 'X-Amz-Security-Token', 'X-Amz-Credential'];

/**
 * The option of a stack that records where SLUICE_RECORD names a folder; none where it does not. Each process appends to a file of
 * its own, a JSON text a line: `{"kind":"request",…}` for a signed call, `{"kind":"event",…}` for an event of a function, both read by
 * `npm run verify:requests`; `{"kind":"access",…}` for a permission that was asked for and `{"kind":"policy",…}` for a policy that bore on
 * it, each once, read by `npm run permissions`.
 */
export function recorderFromEnvironment(): { readonly recorder?: StackRecorder } {
  const folder = process.env['SLUICE_RECORD'];
  return folder === undefined || folder === '' ? {} : { recorder: openRecorder(folder) };
}

/** Records into a folder, without signatures and session tokens. */
export function openRecorder(folder: string): StackRecorder {
  mkdirSync(folder, { recursive: true });
  const file = join(folder, `${process.pid}.jsonl`);
  const write = (line: object): void => appendFileSync(file, `${JSON.stringify(line)}\n`);
  const written = new Set<string>();
  const writeOnce = (line: object): void => {
    const text = JSON.stringify(line);
    const digest = digestOf(text);
    if (written.has(digest)) return;
    written.add(digest);
    appendFileSync(file, `${text}\n`);
  };
  return {
    call: (call) => write(requestLine(call)),
    event: (event) => write(eventLine(event)),
    access: (judged) => accessLines(judged).forEach(writeOnce),
  };
}

/** The question, by the keys alone that its policies look at, and those policies. */
function accessLines(judged: Judged): readonly object[] {
  const { principal, action, resource, decision, context = {} } = judged;
  const { identityPolicies, resourcePolicy, sessionPolicies = [], permissionsBoundary: boundary } = judged;
  const others = [...sessionPolicies, ...(resourcePolicy ? [resourcePolicy] : []), ...(boundary ? [boundary] : [])];
  const policies = [...identityPolicies, ...others].map(policyLine);
  const texts = JSON.stringify(policies).toLowerCase();
  const looked = Object.entries(context).filter(([key]) => texts.includes(key.toLowerCase()));
  const asked = { principal, action, resource, context: Object.fromEntries(looked), decision };
  return [...policies, { kind: 'access', ...asked, policies: policies.map(({ id }) => id) }];
}

function policyLine({ kind, name, document }: Policy) {
  const policy = { policyKind: kind, name, document };
  return { kind: 'policy', id: digestOf(JSON.stringify(policy)), ...policy };
}

function digestOf(text: string): string {
  return createHash('sha256').update(text).digest('base64url').slice(0, 22);
}

function requestLine({ caller, body, query, headers, ...call }: AnsweredCall): object {
  return {
    kind: 'request',
    ...call,
    caller: caller.arn,
    query: withoutSecrets(query),
    headers: withoutSecretHeaders(headers),
    ...(body === undefined ? {} : bodyMembers(body)),
  };
}

function eventLine({ payload, ...event }: FunctionEvent): object {
  return { kind: 'event', ...event, payload: withoutSecretValues(JSON.parse(payload)) };
}

/** An event of API Gateway bears the headers of a request; they keep their names, which belong to its shape. */
function withoutSecretValues(payload: unknown): unknown {
  if (typeof payload !== 'object' || payload === null || !('headers' in payload)) return payload;
  const headers = Object.entries(payload.headers as Record<string, string>).map(([name, value]) => [
    name,
    SECRET_HEADERS.includes(name) ? 'left out' : value,
  ]);
  return { ...payload, headers: Object.fromEntries(headers) };
}

/** As text where it is text, else in Base64; of one that is too large only its size. */
function bodyMembers(body: Buffer): object {
  if (body.length > LARGEST_BODY) return { bodyLeftOut: body.length };
  const text = body.toString();
  return Buffer.from(text).equals(body) ? { body: text } : { bodyBase64: body.toString('base64') };
}

function withoutSecretHeaders(headers: IncomingHttpHeaders): IncomingHttpHeaders {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !SECRET_HEADERS.includes(name)));
}

function withoutSecrets(query: string): string {
  return query
    .split('&')
    .filter((parameter) => !SECRET_PARAMETERS.includes(parameter.split('=')[0] ?? ''))
    .join('&');
}
