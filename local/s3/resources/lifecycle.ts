import type { Resource } from '../../service.ts';
import { checkRules } from '../operations/bucket-lifecycle.ts';
import type { Element } from '../xml.ts';
import { refuseOthers } from './properties.ts';

// biome-ignore lint/suspicious/noExplicitAny: properties are as the template has them.
type Properties = any;

/** The rules of a template's LifecycleConfiguration as the API has them. */
export function lifecycleRules(resource: Resource, configuration: Properties): readonly Element[] | undefined {
  if (configuration === undefined) return undefined;
  const { Rules, ...others } = configuration;
  refuseOthers(resource, others, 'LifecycleConfiguration.');
  return checkRules(Rules.map((rule: Properties) => ruleOf(resource, rule)));
}

function ruleOf(resource: Resource, rule: Properties): Element {
  const { Id, Status, Prefix, ExpirationInDays, ExpirationDate, ExpiredObjectDeleteMarker, ...rest } = rule;
  const { NoncurrentVersionExpiration, NoncurrentVersionExpirationInDays, AbortIncompleteMultipartUpload, ...others } =
    rest;
  refuseOthers(resource, others, 'LifecycleConfiguration.Rules.');
  return branch('Rule', [
    ...leaves({ ID: Id, Status }),
    branch('Filter', leaves({ Prefix: Prefix ?? '' })),
    ...branchOf('Expiration', {
      Days: ExpirationInDays,
      Date: ExpirationDate,
      ExpiredObjectDeleteMarker,
    }),
    ...branchOf('NoncurrentVersionExpiration', {
      NoncurrentDays: NoncurrentVersionExpirationInDays,
      ...NoncurrentVersionExpiration,
    }),
    ...branchOf('AbortIncompleteMultipartUpload', AbortIncompleteMultipartUpload ?? {}),
  ]);
}

function branchOf(name: string, values: Properties): readonly Element[] {
  const children = leaves(values);
  return children.length > 0 ? [branch(name, children)] : [];
}

function leaves(values: Properties): readonly Element[] {
  return Object.entries(values).flatMap(([name, value]) =>
    value === undefined ? [] : [{ name, text: String(value), children: [] }],
  );
}

function branch(name: string, children: readonly Element[]): Element {
  return { name, text: '', children };
}
