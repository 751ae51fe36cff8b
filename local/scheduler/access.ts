import { type AccessReader, jsonMembers, textMember } from '../access.ts';
import type { StackContext } from '../service.ts';

const ACTIONS: Readonly<Record<string, string>> = {
  POST: 'scheduler:CreateSchedule',
  PUT: 'scheduler:UpdateSchedule',
  GET: 'scheduler:GetSchedule',
  DELETE: 'scheduler:DeleteSchedule',
};

/** What a request to EventBridge Scheduler asks for; to give a schedule a role, the caller must be allowed to pass it. */
export function accessOf({ account, partition, region }: StackContext): AccessReader {
  return (call) => {
    const { method, path, query } = call;
    const [, root, name = '', ...more] = path.split('/');
    const action = ACTIONS[method];
    if (root !== 'schedules' || more.length > 0 || action === undefined) return [];
    if (name === '') return method === 'GET' ? [{ action: 'scheduler:ListSchedules', resource: '*' }] : [];
    const writes = method === 'POST' || method === 'PUT';
    const input = writes ? jsonMembers(call) : {};
    const group = writes ? textMember(input, 'GroupName') || 'default' : (query.get('groupName') ?? 'default');
    const resource = `arn:${partition}:scheduler:${region}:${account}:schedule/${group}/${name}`;
    const role = textMember((input['Target'] ?? {}) as Readonly<Record<string, unknown>>, 'RoleArn');
    const passing = {
      action: 'iam:PassRole',
      resource: role,
      context: { 'iam:PassedToService': 'scheduler.amazonaws.com' },
    };
    return [{ action, resource }, ...(role === '' ? [] : [passing])];
  };
}
