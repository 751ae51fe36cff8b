import { type AccessContext, type AccessReader, type AccessRequest, formMembers } from '../access.ts';
import type { StackContext } from '../service.ts';
import { list } from './parameters.ts';
import type { Session } from './sessions.ts';

/** What STS asks of others to judge an AssumeRole. */
export interface Asking {
  /** The session of an access key, if it has one: its transitive tags and source identity go on. */
  session(accessKeyId: string): Session | undefined;
  /** The trust policy of a role as JSON text; undefined for a role that is not there. */
  trustOf(roleArn: string): string | undefined;
}

/**
 * What a request to STS asks for. Who assumes a role must be allowed to by the role's trust and by its own policies; tags and a source
 * identity of the session are asked for by actions of their own. GetCallerIdentity is refused to nobody.
 */
export function accessOf({ account }: StackContext, asking: Asking): AccessReader {
  return (call) => {
    const form = formMembers(call);
    if (form.get('Action') !== 'AssumeRole') return [];
    const from = asking.session(call.caller.accessKeyId);
    const resource = form.get('RoleArn') ?? '';
    const policy = resource.split(':')[4] === account ? asking.trustOf(resource) : undefined;
    const context = contextOf(form, from);
    const actions = [
      'sts:AssumeRole',
      ...('aws:TagKeys' in context ? ['sts:TagSession'] : []),
      ...('sts:SourceIdentity' in context ? ['sts:SetSourceIdentity'] : []),
    ];
    return actions.map((action): AccessRequest => ({ action, resource, context, policy }));
  };
}

/** Tags that the session inherits are part of the request as much as those that it names. */
function contextOf(form: URLSearchParams, from: Session | undefined): AccessContext {
  const values = list(form, 'Tags', '.Value');
  const own = list(form, 'Tags', '.Key').map((key, index) => [key, values[index] ?? ''] as const);
  const inherited = (from?.transitiveTagKeys ?? []).map((key) => [key, from?.tags[key] ?? ''] as const);
  const tags = [...inherited, ...own];
  const transitive = list(form, 'TransitiveTagKeys');
  const texts = {
    'sts:ExternalId': form.get('ExternalId'),
    'sts:RoleSessionName': form.get('RoleSessionName'),
    'sts:SourceIdentity': form.get('SourceIdentity') ?? from?.sourceIdentity ?? null,
  };
  return {
    ...(Object.fromEntries(Object.entries(texts).filter(([, value]) => value !== null)) as Record<string, string>),
    ...Object.fromEntries(tags.map(([key, value]) => [`aws:RequestTag/${key}`, value])),
    ...(tags.length > 0 ? { 'aws:TagKeys': tags.map(([key]) => key) } : {}),
    ...(transitive.length > 0 ? { 'sts:TransitiveTagKeys': transitive } : {}),
  };
}
