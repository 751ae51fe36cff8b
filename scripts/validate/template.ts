import type { At } from '../../functions/domain/definition/breach.ts';
import { isRecord } from './path.ts';

const read =
  'Nothing of it is converted. When it is deployed, this prints the definition that can be read: aws codepipeline get-pipeline --name NAME > pipeline.json';

/** A file that makes a pipeline in another language: where, and what to do. */
export interface OtherLanguage {
  readonly at: At;
  readonly message: string;
}

/** Recognises templates of CloudFormation and SAM, and Terraform's JSON. */
export function otherLanguage(value: unknown): OtherLanguage | undefined {
  if (!isRecord(value)) return undefined;
  for (const [name, resource] of entriesOf(value['Resources']))
    if (isRecord(resource) && resource['Type'] === 'AWS::CodePipeline::Pipeline')
      return {
        at: ['Resources', name],
        message: `This is a CloudFormation template: '${name.slice(0, 100)}' is a pipeline of it, with capitalised members and functions. ${read}`,
      };
  if (isRecord(value['Resources']))
    return {
      at: ['Resources'],
      message: 'This is a CloudFormation template without a pipeline (AWS::CodePipeline::Pipeline).',
    };
  const resource = isRecord(value['resource']) ? value['resource'] : {};
  const [name] = entriesOf(resource['aws_codepipeline'])[0] ?? [];
  if (name !== undefined)
    return {
      at: ['resource', 'aws_codepipeline', name],
      message: `This is a configuration of Terraform: '${name.slice(0, 100)}' is a pipeline of it. ${read}`,
    };
  if (Array.isArray(value['Stages']))
    return {
      at: ['Stages'],
      message: `This is a pipeline as CloudFormation writes it, with capitalised members. ${read}`,
    };
  return undefined;
}

/** Recognises Terraform's own language, which is neither JSON nor YAML: the offset of the resource. */
export function terraformAt(text: string): { readonly line: number; readonly message: string } | undefined {
  const found = /^[ \t]*resource[ \t]+"aws_codepipeline"[ \t]+"([A-Za-z0-9_-]{1,100})"/m.exec(text);
  if (!found) return undefined;
  const line = text.slice(0, found.index).split('\n').length;
  return { line, message: `This is a configuration of Terraform: '${found[1]}' is a pipeline of it. ${read}` };
}

function entriesOf(value: unknown): readonly (readonly [string, unknown])[] {
  return isRecord(value) ? Object.entries(value) : [];
}
