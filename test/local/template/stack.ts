import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Resource, ResourceHandler, ResourceValues } from '../../../local/service.ts';
import { provision, readTemplate, type Template } from '../../../local/template/template.ts';

export const surroundings = { account: '123456789012', region: 'eu-west-1', partition: 'aws', stackName: 'demo' };

/** Writes a template to a folder of its own and reads it. */
export function template(text: string, parameters: Record<string, string> = {}): Template {
  const file = join(mkdtempSync(join(tmpdir(), 'template-')), 'template.yaml');
  writeFileSync(file, text);
  return readTemplate(file, { ...surroundings, parameters });
}

/** Handlers that make nothing but remember what they were asked for. */
export function recording(types: readonly string[], values?: (resource: Resource) => ResourceValues) {
  const made: Resource[] = [];
  const plain = ({ name, logicalId }: Resource): ResourceValues => ({
    ref: name,
    attributes: { Arn: `arn:made:${logicalId}`, 'Nested.Name': `nested ${logicalId}` },
  });
  const handler: ResourceHandler = (resource) => {
    made.push(resource);
    return (values ?? plain)(resource);
  };
  return { made, handlers: Object.fromEntries(types.map((type) => [type, handler])) };
}

/** The properties that the one resource `It` of a template is made with, beside a bucket `Store`. */
export async function propertiesOf(
  value: string,
  rest = '',
  parameters: Record<string, string> = {},
): Promise<unknown> {
  const { made, handlers } = recording(['Test::It', 'Test::Store']);
  const text = `${rest}\nResources:\n  It:\n    Type: Test::It\n    Properties:\n      Value: ${value}\n  Store: { Type: Test::Store }\n`;
  await provision(template(text, parameters), handlers);
  return made.find(({ logicalId }) => logicalId === 'It')?.properties.Value;
}
