import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { invalid, isList, isMap, type RawResource, type Value, type ValueMap } from './document.ts';
import { asFunction } from './intrinsics.ts';
import { arnOf, mapAt, present, refuseOthers, tagList } from './serverless-properties.ts';
import { generatedRole } from './serverless-role.ts';

const OF_THE_ROLE = ['PermissionsBoundary', 'Policies', 'Role', 'RolePath'];
const OWN = ['Definition', 'DefinitionSubstitutions', 'DefinitionUri', 'Logging', 'Name', 'Tags', 'Tracing', 'Type'];

/** AWS::Serverless::StateMachine as `sam` expands it, with the text of its definition file as DefinitionString. */
export function expandStateMachine(
  logicalId: string,
  resource: RawResource,
  given: ValueMap,
  folder: string,
): Readonly<Record<string, RawResource>> {
  refuseOthers(logicalId, given, [...OWN, ...OF_THE_ROLE]);
  const tags = tagList('stateMachine:createdBy', mapAt(`Tags of ${logicalId}`, given['Tags']));
  const { text, found } = definitionOf(logicalId, given, folder);
  const substitutions = { ...mapAt(logicalId, given['DefinitionSubstitutions']), ...found };
  const machine: RawResource = {
    ...resource,
    Type: 'AWS::StepFunctions::StateMachine',
    Properties: present({
      DefinitionString: text,
      DefinitionSubstitutions: Object.keys(substitutions).length > 0 ? substitutions : undefined,
      LoggingConfiguration: given['Logging'],
      RoleArn: given['Role'] ?? arnOf(`${logicalId}Role`),
      StateMachineName: given['Name'],
      StateMachineType: given['Type'],
      Tags: tags,
      TracingConfiguration: given['Tracing'],
    }),
  };
  if (given['Role'] !== undefined) return { [logicalId]: machine };
  const role = generatedRole(`${logicalId}Role`, {
    service: 'states.amazonaws.com',
    properties: given,
    tags,
    managed: traced(given['Tracing']) ? ['arn:aws:iam::aws:policy/AWSXrayWriteOnlyAccess'] : [],
  });
  return { [logicalId]: machine, [`${logicalId}Role`]: role };
}

interface Definition {
  readonly text: string;
  /** What stood in an inline definition where the text has `${definition_substitution_N}`. */
  readonly found: Readonly<Record<string, Value>>;
}

function definitionOf(logicalId: string, given: ValueMap, folder: string): Definition {
  const { Definition, DefinitionUri } = given as { Definition?: Value; DefinitionUri?: Value };
  if ((Definition === undefined) === (DefinitionUri === undefined)) {
    throw invalid(`${logicalId} needs one of Definition and DefinitionUri.`);
  }
  if (Definition !== undefined) return inline(Definition);
  if (typeof DefinitionUri !== 'string' || DefinitionUri.includes('://')) {
    throw invalid(`The DefinitionUri of ${logicalId} must be a file, not ${JSON.stringify(DefinitionUri)}.`);
  }
  return { text: readFileSync(resolve(folder, DefinitionUri), 'utf8'), found: {} };
}

function inline(definition: Value): Definition {
  const found: Record<string, Value> = {};
  const replaced = (value: Value): Value => {
    if (asFunction(value) !== undefined) {
      const name = `definition_substitution_${Object.keys(found).length + 1}`;
      found[name] = value;
      return `\${${name}}`;
    }
    if (isList(value)) return value.map(replaced);
    if (!isMap(value)) return value;
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, replaced(item)]));
  };
  return { text: JSON.stringify(replaced(definition)), found };
}

function traced(tracing: Value | undefined): boolean {
  return isMap(tracing) && tracing['Enabled'] === true;
}
