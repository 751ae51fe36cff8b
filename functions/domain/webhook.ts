import type { ActionDeclaration, PipelineDeclaration } from './declaration.ts';
import { readJsonPath, select } from './json-path.ts';
import { Refusal } from './refusal.ts';
import { isIn, readAddress, readBlock } from './special-address.ts';

/** A webhook (v1) as the API takes and gives it (CodePipeline API reference, WebhookDefinition). */
export interface WebhookDefinition {
  readonly name: string;
  readonly targetPipeline: string;
  readonly targetAction: string;
  readonly filters: readonly WebhookFilter[];
  readonly authentication: 'GITHUB_HMAC' | 'IP' | 'UNAUTHENTICATED';
  readonly authenticationConfiguration: { readonly AllowedIPRange?: string; readonly SecretToken?: string };
}

/** A request starts the pipeline only if its body has this value at this path; without a value, if it has any. */
export interface WebhookFilter {
  readonly jsonPath: string;
  readonly matchEquals?: string;
}

const mask = '****';

/** A webhook as it is shown: its secret is `****`. */
export function maskWebhook(definition: WebhookDefinition): WebhookDefinition {
  const { SecretToken, ...rest } = definition.authenticationConfiguration;
  const masked = SecretToken === undefined ? {} : { SecretToken: mask };
  return { ...definition, authenticationConfiguration: { ...rest, ...masked } };
}

/** A webhook as it is kept: a secret that comes back as `****` is the one before. Refuses `****` where there is none before. */
export function keepWebhookSecret(definition: WebhookDefinition, before: string | undefined): WebhookDefinition {
  if (definition.authenticationConfiguration.SecretToken !== mask) return definition;
  if (before === undefined)
    throw unauthentic(`SecretToken is '${mask}', which can be used only when updating a webhook that has a secret.`);
  return { ...definition, authenticationConfiguration: { SecretToken: before } };
}

const demanded = { GITHUB_HMAC: 'SecretToken', IP: 'AllowedIPRange', UNAUTHENTICATED: undefined } as const;

/** Refuses a configuration that is not exactly what the authentication needs: a secret, a block of addresses, or nothing. */
export function acceptAuthentication({ authentication, authenticationConfiguration: given }: WebhookDefinition): void {
  const wanted = demanded[authentication];
  const members = Object.keys(given);
  if (wanted === undefined && members.length > 0)
    throw unauthentic(`authenticationConfiguration should be empty for ${authentication}`);
  if (wanted !== undefined && (members.length !== 1 || members[0] !== wanted))
    throw unauthentic(
      `authenticationConfiguration should contain only one property: ${wanted} (authentication is ${authentication})`,
    );
  if (given.AllowedIPRange !== undefined && !isCidr(given.AllowedIPRange))
    throw unauthentic(
      `AllowedIPRange '${given.AllowedIPRange}' is not a CIDR block such as 192.0.2.0/24 or 2001:db8::/32.`,
    );
}

function unauthentic(message: string): Refusal {
  return new Refusal('InvalidWebhookAuthenticationParametersException', message);
}

const ipv4Block = /^(?:0|[1-9]\d{0,2})(?:\.(?:0|[1-9]\d{0,2})){3}\/(?:0|[1-9]\d?)$/;
const ipv6Block = /^(?=.*:)[0-9A-Fa-f:.]+\/(?:0|[1-9]\d{0,2})$/;

/** Only one spelling of an address is taken here: what resolvers take besides, such as 010.0.0.1, means different things to different readers. */
function isCidr(text: string): boolean {
  return (ipv4Block.test(text) || ipv6Block.test(text)) && readBlock(text) !== undefined;
}

/** Whether a request comes from an address of the block. IPv4 inside IPv6 counts as IPv4. */
export function isAllowedFrom(sourceIp: string, range: string): boolean {
  const block = readBlock(range);
  const address = readAddress(sourceIp.replace(/^::ffff:(?=\d+\.)/i, ''));
  return block !== undefined && address !== undefined && isIn(address, block);
}

/** The source action that a webhook names; refuses one that the pipeline's first stage does not have. */
export function targetOf(pipeline: PipelineDeclaration, { targetAction }: WebhookDefinition): ActionDeclaration {
  const found = sourceAction(pipeline, targetAction);
  if (found) return found;
  throw new Refusal(
    'ValidationException',
    `The targetAction '${targetAction}' is not a source action of the first stage of pipeline '${pipeline.name}'.`,
  );
}

/** The source action of this name in a pipeline's first stage; undefined when there is none. */
export function sourceAction(pipeline: PipelineDeclaration, name: string): ActionDeclaration | undefined {
  return pipeline.stages[0]?.actions.find(
    (action) => action.name === name && action.actionTypeId.category === 'Source',
  );
}

const placeholder = /\{([A-Za-z0-9_-]{1,50})\}/g;

/** Whether a filter's value names members of the target action's configuration. */
export function hasPlaceholder({ matchEquals = '' }: WebhookFilter): boolean {
  return matchEquals.search(placeholder) >= 0;
}

/** Refuses a path that is not understood, and a `{Key}` that is not in the configuration of the target action, or is one of its secrets. */
export function acceptFilters(
  filters: readonly WebhookFilter[],
  target: ActionDeclaration,
  secrets: readonly string[],
): void {
  for (const { jsonPath, matchEquals = '' } of filters) {
    readJsonPath(jsonPath);
    for (const [, key = ''] of matchEquals.matchAll(placeholder)) {
      if (secrets.includes(key))
        throw unfit(`{${key}} of matchEquals '${matchEquals}' is a secret, which is compared with nothing.`);
      if (!Object.hasOwn(target.configuration ?? {}, key))
        throw unfit(`{${key}} of matchEquals '${matchEquals}' is not in the configuration of action '${target.name}'.`);
    }
  }
}

function unfit(message: string): Refusal {
  return new Refusal('InvalidWebhookFilterPatternException', message);
}

/** Whether a body fits all filters. A `{Key}` that the configuration has no more fits nothing. */
export function fits(
  filters: readonly WebhookFilter[],
  body: unknown,
  configuration: Readonly<Record<string, string>>,
): boolean {
  return filters.every(({ jsonPath, matchEquals }) => {
    const values = select(readJsonPath(jsonPath), body);
    if (matchEquals === undefined) return values.length > 0;
    const wanted = fillIn(matchEquals, configuration);
    return wanted !== undefined && values.some((value) => textOf(value) === wanted);
  });
}

function fillIn(text: string, configuration: Readonly<Record<string, string>>): string | undefined {
  const keys = [...text.matchAll(placeholder)].map(([, key = '']) => key);
  if (keys.some((key) => !Object.hasOwn(configuration, key))) return undefined;
  return text.replace(placeholder, (_, key: string) => configuration[key] ?? '');
}

/** A single value as text, numbers and words as JSON spells them; undefined for objects and lists. */
function textOf(value: unknown): string | undefined {
  return typeof value === 'object' && value !== null ? undefined : String(value);
}
