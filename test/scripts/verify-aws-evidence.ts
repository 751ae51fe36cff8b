/** Evidence that was never seen: what each probe must confirm by, and each way in which it must refute. */
export interface Fabricated {
  readonly confirms: unknown;
  readonly refutes: readonly unknown[];
}

const denied = { status: 'Failed', error: ' (PermissionError: not authorized to perform sts:AssumeRole)' };
const done = { status: 'Succeeded', error: '' };
const by = 'arn:aws:sts::1:assumed-role/a/b';
const build = { status: 'SUCCEEDED', source: 'S3', sources: 1, versions: 1, artifacts: 2 };
const conditional = {
  alone: { name: 'ConditionalCheckFailedException', rev: '7' },
  together: { name: 'TransactionCanceledException', code: 'ConditionalCheckFailed', rev: '7' },
};
const platform = '{"time":"t","type":"platform.report","record":{}}';
const own = '{"level":"INFO","message":"ListPipelines","status":200}';
const tries = [
  { invocation: 0, token: 'a' },
  { invocation: 1, token: 'b' },
];
const loaded = { runtime: 'nodejs24.x', architecture: 'arm64', ran: ['1', '2', '3', '4', '5', '6'], errors: [] };
const settled = ['cause', 'error', 'id'];
const left = ['table', 'bucket', 'key'];
const stopped = { status: 'Failed', run: 'p/r', input: '{"run":"p/r"}' };
const managed = { encryption: 'aws:kms', key: 'aws/s3', stackKey: 'own', build: 'Succeeded' };
const wrong = 'CREATE_FAILED';

/** By id. */
export const fabricated: Readonly<Record<string, Fabricated>> = {
  'codebuild-s3-overrides': {
    confirms: build,
    refutes: [
      { ...build, status: 'FAILED' },
      { ...build, source: 'NO_SOURCE' },
      { ...build, sources: 0 },
      { ...build, versions: 0 },
      { ...build, artifacts: 0 },
    ],
  },
  'codebuild-source-version': {
    confirms: { printed: 'older', wanted: 'older' },
    refutes: [{ printed: 'newer', wanted: 'older' }],
  },
  'codebuild-own-variables': {
    confirms: { initiator: { given: 'a', printed: 'a' }, resolved: { given: 'b', printed: 'b' } },
    refutes: [
      { initiator: { given: 'a', printed: 'role/me' }, resolved: { given: 'b', printed: 'b' } },
      { initiator: { given: 'a', printed: 'a' }, resolved: { given: 'b', printed: '' } },
      { initiator: {}, resolved: {} },
    ],
  },
  'codebuild-event-environment': {
    confirms: { variables: ['SLUICE_ACTION'], seconds: 3 },
    refutes: [
      { variables: [], seconds: 3 },
      { variables: ['SLUICE_ACTION'], seconds: 61 },
    ],
  },
  'codebuild-idempotency': { confirms: { first: 'a', second: 'a' }, refutes: [{ first: 'a', second: 'b' }] },
  'codebuild-artifact-key': {
    confirms: { keys: ['a'], missing: [] },
    refutes: [
      { keys: ['a'], missing: ['a: NotFound'] },
      { keys: [], missing: [] },
    ],
  },
  'codebuild-list-builds': { confirms: { first: 'a', listed: true }, refutes: [{ first: 'a', listed: false }] },
  'codebuild-sha256sum': {
    confirms: { claimed: 'a', actual: 'a' },
    refutes: [{ claimed: 'b', actual: 'a' }, { actual: 'a' }],
  },
  'sfn-retry-count': {
    confirms: tries,
    refutes: [tries.slice(0, 1), [tries[0], { invocation: 0, token: 'b' }], [tries[0], { invocation: 1, token: 'a' }]],
  },
  'sfn-timeout-expression': {
    confirms: { status: 'Failed', timedOut: true, seconds: 360 },
    refutes: [
      { status: 'InProgress', timedOut: false, seconds: 0 },
      { status: 'Failed', timedOut: true, seconds: 10 },
      { status: 'InProgress', timedOut: true, seconds: 360 },
    ],
  },
  'sfn-timeout-year': {
    confirms: { status: 'ACTIVE', year: true },
    refutes: [
      { status: 'ACTIVE', year: false },
      { status: 'DELETING', year: true },
    ],
  },
  'sfn-caught-assign': {
    confirms: { entries: [1, 2, 3], settled, error: 'States.Timeout' },
    refutes: [
      { entries: [1, 2, 4], settled, error: 'States.Timeout' },
      { entries: [1, 2, 3], settled: ['Cause', 'Error'], error: undefined },
      { entries: [1, 2], settled, error: 'States.Timeout' },
    ],
  },
  'sfn-map-variables': {
    confirms: { items: 2, statuses: ['Succeeded', 'Succeeded'] },
    refutes: [
      { items: 0, statuses: ['Succeeded', 'Succeeded'] },
      { items: 2, statuses: ['Succeeded', 'Failed'] },
    ],
  },
  'sfn-task-failed': {
    confirms: { errors: ['Lambda.TooManyRequestsException'], actions: ['Fetch', 'Review'] },
    refutes: [
      { errors: ['Lambda.TooManyRequestsException'], actions: [] },
      { errors: [], actions: ['Review'] },
    ],
  },
  'sfn-map-41': {
    confirms: { before: 40, after: 1 },
    refutes: [
      { before: 40, after: 0 },
      { before: 50, after: 0 },
    ],
  },
  'sfn-history-events': {
    confirms: { events: 84, unnoted: 0, counted: 84 },
    refutes: [
      { events: 90, unnoted: 0, counted: 84 },
      { events: 76, unnoted: 2, counted: 84 },
    ],
  },
  'sfn-start-idempotent': {
    confirms: { open: 'the same execution', ended: 'ExecutionAlreadyExists' },
    refutes: [
      { open: 'ExecutionAlreadyExists', ended: 'ExecutionAlreadyExists' },
      { open: 'the same execution', ended: 'the same execution' },
    ],
  },
  'sfn-status-change-input': {
    confirms: stopped,
    refutes: [
      { ...stopped, input: undefined },
      { ...stopped, input: '{}' },
      { ...stopped, status: 'InProgress' },
    ],
  },
  'dynamodb-all-old': {
    confirms: conditional,
    refutes: [
      { ...conditional, alone: { name: 'ConditionalCheckFailedException' } },
      { ...conditional, together: { name: 'TransactionCanceledException', code: 'ConditionalCheckFailed' } },
      { ...conditional, together: { name: 'no error' } },
    ],
  },
  'lambda-create-require': {
    confirms: loaded,
    refutes: [
      { ...loaded, errors: ['Runtime.ImportModuleError'] },
      { ...loaded, runtime: 'nodejs22.x' },
      { ...loaded, architecture: 'x86_64' },
      { ...loaded, ran: [] },
    ],
  },
  'lambda-json-logs': {
    confirms: { lines: [platform, own], invocations: 1 },
    refutes: [
      { lines: [platform, JSON.stringify({ level: 'INFO', message: own })], invocations: 1 },
      { lines: [platform, own, own, own], invocations: 1 },
      { lines: [platform, 'START RequestId'], invocations: 1 },
      { lines: [platform], invocations: 1 },
    ],
  },
  'kms-dead-letters': { confirms: { found: 'a message' }, refutes: [{ found: undefined }] },
  'kms-function-dead-letters': { confirms: { found: 'a message' }, refutes: [{ found: undefined }] },
  'kms-approval-topic': { confirms: { messages: 1 }, refutes: [{ messages: 0 }] },
  'events-put-resources': {
    confirms: { all: 3, ours: 2 },
    refutes: [
      { all: 3, ours: 0 },
      { all: 0, ours: 0 },
    ],
  },
  'scheduler-every-minute': {
    confirms: { gaps: [60, 59, 61] },
    refutes: [{ gaps: [300, 300] }, { gaps: [60, 60, 180] }, { gaps: [5, 5] }],
  },
  'iam-principal-arn': {
    confirms: { ...done, outsider: 'AccessDenied' },
    refutes: [
      { ...done, outsider: 'let in' },
      { ...denied, outsider: 'AccessDenied' },
    ],
  },
  'iam-tag-session': { confirms: done, refutes: [denied] },
  'iam-role-chaining': { confirms: done, refutes: [denied] },
  'iam-pipeline-roles': {
    confirms: { inside: done, outside: denied },
    refutes: [
      { inside: done, outside: done },
      { inside: denied, outside: denied },
      { inside: done, outside: { status: 'Failed', error: ' (JobFailed: no such object)' } },
    ],
  },
  'iam-kms-enough': {
    confirms: { statuses: ['Succeeded', 'Succeeded'], denied: [] },
    refutes: [
      { statuses: ['Succeeded', 'Succeeded'], denied: ['AccessDeniedException: kms:Decrypt'] },
      { statuses: ['Failed', 'not there'], denied: [] },
    ],
  },
  'sts-packed-size': { confirms: { packed: 80 }, refutes: [{ packed: 101 }] },
  'sts-session-names': { confirms: { name: 'a', ...done }, refutes: [{ name: 'a', ...denied }] },
  'sts-session-policy': {
    confirms: { own: 'read', other: 'AccessDenied' },
    refutes: [
      { own: 'read', other: 'read' },
      { own: 'AccessDenied', other: 'AccessDenied' },
    ],
  },
  's3-encryption-headers': {
    confirms: { plain: 'aws:kms', aes256: 'AccessDenied' },
    refutes: [
      { plain: 'AccessDenied', aes256: 'AccessDenied' },
      { plain: 'aws:kms', aes256: 'taken' },
    ],
  },
  's3-aws-managed-key': {
    confirms: managed,
    refutes: [
      { ...managed, key: 'own' },
      { ...managed, encryption: 'AES256' },
      { ...managed, build: 'Failed' },
    ],
  },
  's3-copy-special-key': { confirms: { key: 'a b', same: true }, refutes: [{ key: 'a b', same: false }] },
  's3-upload-version': {
    confirms: { answered: '1', stored: '1' },
    refutes: [{ stored: '1' }, { answered: '1', stored: '2' }],
  },
  's3-head-missing': {
    confirms: { withList: 404, withoutList: 403 },
    refutes: [
      { withList: 404, withoutList: 404 },
      { withList: 403, withoutList: 403 },
    ],
  },
  'deploy-sam': { confirms: { status: 'CREATE_COMPLETE' }, refutes: [{ status: wrong }] },
  'deploy-no-circle': { confirms: { status: 'CREATE_COMPLETE' }, refutes: [{ status: 'Circular dependency' }] },
  'deploy-two-stacks': { confirms: { status: 'CREATE_COMPLETE' }, refutes: [{ status: wrong }] },
  'deploy-update-waiting': {
    confirms: { update: 'UPDATE_COMPLETE', run: 'Succeeded' },
    refutes: [
      { update: 'UPDATE_ROLLBACK_COMPLETE', run: 'Succeeded' },
      { update: 'UPDATE_COMPLETE', run: 'Failed' },
    ],
  },
  'deploy-delete': {
    confirms: { left, again: 'CREATE_COMPLETE' },
    refutes: [
      { left: ['table', 'key'], again: 'CREATE_COMPLETE' },
      { left, again: wrong },
    ],
  },
  'connection-public-host': { confirms: { status: 'Succeeded' }, refutes: [{ status: 'Failed', error: 'private' }] },
  'api-route-precedence': {
    confirms: { signed: 202, unsigned: 401, link: 403, text: '<!doctype html>' },
    refutes: [
      { signed: 403, unsigned: 403, link: 403, text: '<!doctype html>' },
      { signed: 202, unsigned: 401, link: 403, text: '{"message":"Forbidden"}' },
    ],
  },
  'api-header-names': { confirms: { signed: 202, unsigned: 401 }, refutes: [{ signed: 401, unsigned: 401 }] },
  'api-path-policy': {
    confirms: { own: 200, other: 403 },
    refutes: [
      { own: 403, other: 403 },
      { own: 200, other: 200 },
    ],
  },
  'api-user-arn': {
    confirms: { recorded: by, caller: by },
    refutes: [{ recorded: 'arn:aws:iam::1:role/a', caller: by }, { caller: by }],
  },
  'api-access-logs': {
    confirms: { lines: [JSON.stringify({ caller: by })], by },
    refutes: [
      { lines: [], by },
      { lines: [`${by} text`], by },
      { lines: [JSON.stringify({ caller: '-', route: by })], by },
    ],
  },
  'api-raw-path': {
    confirms: { plain: 200, spelled: 403 },
    refutes: [
      { plain: 200, spelled: 200 },
      { plain: 403, spelled: 403 },
    ],
  },
  'iam-simulate': {
    confirms: ['s3:GetObject allowed true', 's3:PutObject explicitDeny true', 's3:DeleteObject implicitDeny true'],
    refutes: [
      [],
      ['s3:GetObject allowed true', 's3:PutObject implicitDeny true', 's3:DeleteObject implicitDeny true'],
      ['s3:GetObject allowed true', 's3:PutObject explicitDeny true', 's3:DeleteObject implicitDeny false'],
    ],
  },
  'api-encoded-slash': { confirms: { status: 200, body: '' }, refutes: [{ status: 404, body: '' }] },
  'client-credentials': {
    confirms: { listed: true, credentials: 'a profile' },
    refutes: [{ listed: false, credentials: 'a profile' }],
  },
  'api-throttle': { confirms: { sent: 9, refused: 1 }, refutes: [{ sent: 9, refused: 0 }] },
};
