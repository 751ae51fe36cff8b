import type { Envelope } from './envelope.ts';
import { parsePath, valueAt } from './path.ts';
import type { Target } from './store.ts';

/** What there is to say about a delivery beside the event itself. */
export interface Occasion {
  readonly ruleArn: string;
  readonly ruleName: string;
  /** When the bus took the event, ISO. */
  readonly ingested: string;
}

/** The payload that a target gets for an event: its constant Input, a part by InputPath, its InputTransformer's text, or the event. */
export function payloadFor(target: Target, event: Envelope, occasion: Occasion): string {
  if (target.Input !== undefined) return target.Input;
  if (target.InputTransformer !== undefined) return transform(target.InputTransformer, event, occasion);
  if (target.InputPath === undefined) return JSON.stringify(event);
  return JSON.stringify(valueAt(event, target.InputPath) ?? {});
}

/** What is wrong with a target's input members, in a sentence; undefined when nothing is. */
export function inputMistake({ Input, InputPath, InputTransformer }: Target): string | undefined {
  if ([Input, InputPath, InputTransformer].filter((member) => member !== undefined).length > 1) {
    return 'Only one of Input, InputPath, or InputTransformer must be provided.';
  }
  if (Input !== undefined && !isJson(Input)) return 'JSON syntax error in input for target.';
  if (InputPath !== undefined && parsePath(InputPath) === undefined) return `Invalid InputPath ${InputPath}.`;
  if (InputTransformer === undefined) return undefined;
  const { InputPathsMap = {}, InputTemplate } = InputTransformer;
  if (typeof InputTemplate !== 'string') return 'InputTemplate is required.';
  for (const [name, path] of Object.entries(InputPathsMap)) {
    if (/^aws/i.test(name)) return `Invalid InputPathsMap key ${name}: names must not begin with AWS.`;
    if (parsePath(path) === undefined) return `Invalid InputPathsMap path ${path}.`;
  }
  const unknown = [...InputTemplate.matchAll(PLACEHOLDER)].find(([, name = '']) => !isName(name, InputPathsMap));
  if (unknown !== undefined) return `Invalid InputTemplate: ${unknown[0]} is not in InputPathsMap.`;
  return isJson(fill(InputTemplate, () => 0)) ? undefined : 'Invalid InputTemplate: the template is not valid JSON.';
}

const PLACEHOLDER = /<([A-Za-z0-9_.-]+)>/g;
const RESERVED = ['rule-arn', 'rule-name', 'event.ingestion-time', 'event', 'event.json'].map(
  (name) => `aws.events.${name}`,
);

function isName(name: string, paths: Readonly<Record<string, string>>): boolean {
  return Object.hasOwn(paths, name) || RESERVED.includes(name);
}

function transform(transformer: NonNullable<Target['InputTransformer']>, event: Envelope, occasion: Occasion): string {
  const { InputPathsMap: paths = {}, InputTemplate: template } = transformer;
  return fill(template, (name) => {
    switch (name) {
      case 'aws.events.rule-arn':
        return occasion.ruleArn;
      case 'aws.events.rule-name':
        return occasion.ruleName;
      case 'aws.events.event.ingestion-time':
        return occasion.ingested;
      case 'aws.events.event':
      case 'aws.events.event.json':
        return event;
      default:
        return valueAt(event, paths[name] ?? '');
    }
  });
}

/**
 * Puts values in for `<name>`: as JSON where the name stands alone, as escaped text inside a JSON string, so that no event can make
 * the outcome invalid or add members to it (AWS leaves quotes inside strings as they are). A value that is not there is `""`.
 */
function fill(template: string, lookUp: (name: string) => unknown): string {
  let quoted = false;
  let filled = '';
  for (const [token, name] of template.matchAll(/<([A-Za-z0-9_.-]+)>|\\.|[^<\\"]+|["<]/gs)) {
    if (token === '"') quoted = !quoted;
    if (name === undefined) {
      filled += token;
      continue;
    }
    const value = lookUp(name) ?? '';
    const json = JSON.stringify(value);
    filled += quoted ? JSON.stringify(typeof value === 'string' ? value : json).slice(1, -1) : json;
  }
  return filled;
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
