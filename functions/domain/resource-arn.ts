import { Refusal } from './refusal.ts';

/** A resource that can have tags. */
export type TaggedId =
  | { readonly type: 'pipeline'; readonly name: string }
  | { readonly type: 'webhook'; readonly name: string }
  | { readonly type: 'actiontype'; readonly owner: string; readonly typeId: TypeParts };

interface TypeParts {
  readonly category: string;
  readonly provider: string;
  readonly version: string;
}

interface Home {
  readonly partition: string;
  readonly region: string;
  readonly account: string;
}

const arnParts = /^arn:([\w-]+):codepipeline:([^:]+):(\d{12}):(.+)$/s;
const name = /^[A-Za-z0-9.@\-_]{1,100}$/;
const webhook = /^webhook:(.+)$/s;
const actiontype = /^actiontype:(AWS|ThirdParty|Custom)\/([A-Za-z]+)\/([0-9A-Za-z_-]{1,35})\/([0-9A-Za-z_-]{1,9})$/;

/**
 * Reads the ARN of a pipeline (`…:NAME`), a webhook (`…:webhook:NAME`) or an action type (`…:actiontype:Owner/Category/Provider/Version`).
 * Refuses another form with InvalidArnException, and what is of another account, Region or partition with ResourceNotFoundException.
 */
export function readArn(arn: string, home: Home): TaggedId {
  const [, partition, region, account, resource = ''] = arnParts.exec(arn) ?? [];
  const id = readResource(resource);
  if (!id)
    throw new Refusal(
      'InvalidArnException',
      `'${arn.slice(0, 300)}' is not the ARN of a pipeline, a webhook or an action type.`,
    );
  if (partition !== home.partition || region !== home.region || account !== home.account) throw resourceNotFound(arn);
  return id;
}

function readResource(resource: string): TaggedId | undefined {
  if (name.test(resource)) return { type: 'pipeline', name: resource };
  const ofWebhook = webhook.exec(resource)?.[1];
  if (ofWebhook !== undefined && name.test(ofWebhook)) return { type: 'webhook', name: ofWebhook };
  const [, owner, category, provider, version] = actiontype.exec(resource) ?? [];
  if (owner === undefined || category === undefined || provider === undefined || version === undefined)
    return undefined;
  return { type: 'actiontype', owner, typeId: { category, provider, version } };
}

/** No resource of this ARN. */
export function resourceNotFound(arn: string): Refusal {
  return new Refusal('ResourceNotFoundException', `There is no resource '${arn.slice(0, 300)}'.`);
}
