import { ServiceError } from '../service.ts';
import { list, text } from './parameters.ts';
import type { Session } from './sessions.ts';

const TAG_KEY = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]{1,128}$/u;
const TAG_VALUE = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]{0,256}$/u;
const MOST_TAGS = 50;

type Terms = Pick<Session, 'externalId' | 'policy' | 'tags' | 'transitiveTagKeys' | 'sourceIdentity'>;

/** What an AssumeRole request says of the session beyond its role; `from` is the session that asks, whose transitive tags and source identity go on. */
export function readTerms(form: URLSearchParams, from: Session | undefined): Terms {
  const externalId = text(form, 'ExternalId', { least: 2, most: 1224, pattern: /^[\w+=,.@:/-]*$/ });
  const policy = readPolicy(form);
  const sourceIdentity = readSourceIdentity(form, from);
  return {
    ...readTags(form, from),
    ...(externalId === undefined ? {} : { externalId }),
    ...(policy === undefined ? {} : { policy }),
    ...(sourceIdentity === undefined ? {} : { sourceIdentity }),
  };
}

function readPolicy(form: URLSearchParams): string | undefined {
  const policy = text(form, 'Policy', { least: 1, most: 2048 });
  if (policy === undefined) return undefined;
  let document: unknown;
  try {
    document = JSON.parse(policy);
  } catch {
    throw new ServiceError('MalformedPolicyDocument', 'Syntax errors in policy.');
  }
  if (typeof document === 'object' && document !== null && 'Statement' in document) return policy;
  throw new ServiceError('MalformedPolicyDocument', 'The policy has no Statement.');
}

function readSourceIdentity(form: URLSearchParams, from: Session | undefined): string | undefined {
  const given = text(form, 'SourceIdentity', { least: 2, most: 64, pattern: /^[\w+=,.@-]*$/ });
  const inherited = from?.sourceIdentity;
  if (given === undefined || inherited === undefined || given === inherited) return given ?? inherited;
  throw new ServiceError('AccessDenied', 'The source identity of a session cannot be changed by role chaining.', 403);
}

function readTags(form: URLSearchParams, from: Session | undefined): Pick<Session, 'tags' | 'transitiveTagKeys'> {
  const keys = list(form, 'Tags', '.Key');
  const values = list(form, 'Tags', '.Value');
  const transitive = list(form, 'TransitiveTagKeys');
  if (keys.length > MOST_TAGS) throw new ServiceError('ValidationError', `A session has at most ${MOST_TAGS} tags.`);
  for (const [index, key] of keys.entries()) checkTag(key, values[index], keys.slice(0, index), from);
  const stray = transitive.find((key) => !keys.includes(key));
  if (stray !== undefined) {
    throw new ServiceError(
      'ValidationError',
      `The specified transitive tag key must be included in the requested tags: ${stray}`,
    );
  }
  const inherited = (from?.transitiveTagKeys ?? []).map((key) => [key, from?.tags[key] ?? ''] as const);
  return {
    tags: Object.fromEntries([...inherited, ...keys.map((key, index) => [key, values[index] ?? ''] as const)]),
    transitiveTagKeys: [...(from?.transitiveTagKeys ?? []), ...transitive],
  };
}

function checkTag(key: string, value: string | undefined, before: readonly string[], from: Session | undefined): void {
  if (!TAG_KEY.test(key)) throw new ServiceError('ValidationError', `'${key}' is not a tag key.`);
  if (value === undefined || !TAG_VALUE.test(value)) {
    throw new ServiceError('ValidationError', `The value of tag '${key}' is missing or not a tag value.`);
  }
  if (before.some((other) => other.toLowerCase() === key.toLowerCase())) {
    const message = 'Duplicate tag keys found. Please note that Tag keys are case insensitive.';
    throw new ServiceError('InvalidParameterValue', message);
  }
  if (from?.transitiveTagKeys.some((other) => other.toLowerCase() === key.toLowerCase())) {
    const message = `One of the specified transitive tag keys can't be set because it conflicts with a transitive tag key from the calling session: ${key}`;
    throw new ServiceError('InvalidParameterValue', message);
  }
}
