import { readFileSync } from 'node:fs';
import { yamlParse } from 'yaml-cfn';
import { ServiceError } from '../service.ts';

/** What a template holds: JSON, in which intrinsic functions are objects of one key (`Ref`, `Fn::Sub` …). */
export type Value = string | number | boolean | null | readonly Value[] | ValueMap;
export interface ValueMap {
  readonly [key: string]: Value;
}

/** A resource as the template has it. */
export interface RawResource {
  readonly Type: string;
  readonly Properties?: ValueMap;
  readonly Condition?: string;
  readonly DependsOn?: string | readonly string[];
}

/** A parameter as the template declares it. */
export interface RawParameter {
  readonly Type: string;
  readonly Default?: string | number | boolean;
  readonly AllowedValues?: readonly (string | number | boolean)[];
  readonly AllowedPattern?: string;
  readonly ConstraintDescription?: string;
  readonly MinLength?: number | string;
  readonly MaxLength?: number | string;
  readonly MinValue?: number | string;
  readonly MaxValue?: number | string;
  readonly NoEcho?: boolean | string;
}

export interface RawOutput {
  readonly Value: Value;
  readonly Condition?: string;
}

/** The sections of a template that the local stack reads. */
export interface Document {
  readonly Transform?: string | readonly string[];
  readonly Parameters?: Readonly<Record<string, RawParameter>>;
  readonly Mappings?: ValueMap;
  readonly Conditions?: ValueMap;
  readonly Globals?: Readonly<Record<string, ValueMap>>;
  readonly Resources: Readonly<Record<string, RawResource>>;
  readonly Outputs?: Readonly<Record<string, RawOutput>>;
}

const SECTIONS = ['Parameters', 'Mappings', 'Conditions', 'Globals', 'Resources', 'Outputs', 'Transform'];
const WITHOUT_EFFECT = ['AWSTemplateFormatVersion', 'Description', 'Metadata'];

/** What is thrown for a template that cannot be used: CloudFormation's code, and a sentence that names the culprit. */
export function invalid(message: string): ServiceError {
  return new ServiceError('ValidationError', message);
}

export function isMap(value: unknown): value is ValueMap {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function isList(value: Value | undefined): value is readonly Value[] {
  return Array.isArray(value);
}

/** Reads a template and checks its outer shape: sections that are known, resources that have a type. */
export function readDocument(file: string): Document {
  const document = parse(file);
  if (!isMap(document)) throw invalid(`${file} is not a template: it is no map of sections.`);
  for (const section of Object.keys(document)) {
    if (!SECTIONS.includes(section) && !WITHOUT_EFFECT.includes(section)) {
      throw invalid(`The local stack does not read the section ${section} of ${file}.`);
    }
  }
  if (!isMap(document['Resources'])) throw invalid(`${file} has no Resources.`);
  for (const [logicalId, resource] of Object.entries(document['Resources'])) checkResource(logicalId, resource);
  return document as unknown as Document;
}

function parse(file: string): unknown {
  const text = readFileSync(file, 'utf8');
  try {
    return yamlParse(text);
  } catch (error) {
    throw invalid(`${file} is not YAML of CloudFormation's: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function checkResource(logicalId: string, resource: Value): void {
  if (!/^[A-Za-z0-9]+$/.test(logicalId)) throw invalid(`The logical id ${logicalId} is not alphanumeric.`);
  if (!isMap(resource) || typeof resource['Type'] !== 'string') throw invalid(`The resource ${logicalId} has no Type.`);
  if (resource['Properties'] !== undefined && !isMap(resource['Properties'])) {
    throw invalid(`The Properties of ${logicalId} are no map.`);
  }
}
