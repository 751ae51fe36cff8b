import { LineCounter, parseDocument } from 'yaml';
import { yamlError } from './failure.ts';
import type { OnFailure } from './on-failure.ts';
import { readOnFailure } from './on-failure.ts';
import type { Fields } from './yaml-fields.ts';
import { expectFields, flag, textMap, texts } from './yaml-fields.ts';
import { checkLimits, checkNodes } from './yaml-limits.ts';

export type CommandPhase = 'install' | 'pre_build' | 'build' | 'post_build';

export interface PhaseSpec {
  readonly commands: readonly string[];
  readonly finally: readonly string[];
  readonly onFailure?: OnFailure;
  readonly runAs?: string;
  /** Of install only: runtime and version wanted. */
  readonly runtimeVersions: Readonly<Record<string, string>>;
}

export interface ArtifactSpec {
  readonly files: readonly string[];
  readonly name?: string;
  readonly discardPaths: boolean;
  readonly baseDirectory?: string;
  readonly excludePaths: readonly string[];
  readonly enableSymlinks: boolean;
  readonly s3Prefix?: string;
}

export interface Buildspec {
  /** 0.1 runs every command in the source folder, with nothing kept from the one before. */
  readonly version: '0.1' | '0.2';
  readonly runAs?: string;
  readonly shell: 'sh' | 'bash' | '/bin/sh' | (string & {});
  readonly variables: Readonly<Record<string, string>>;
  readonly parameterStore: Readonly<Record<string, string>>;
  readonly secretsManager: Readonly<Record<string, string>>;
  readonly exportedVariables: readonly string[];
  readonly phases: Readonly<Partial<Record<CommandPhase, PhaseSpec>>>;
  readonly artifacts?: ArtifactSpec;
  readonly secondaryArtifacts: Readonly<Record<string, ArtifactSpec>>;
  /** Sections that a build without containers passes over, for a notice in the log. */
  readonly passedOver: readonly string[];
}

export const COMMAND_PHASES: readonly CommandPhase[] = ['install', 'pre_build', 'build', 'post_build'];

const TOP_LEVEL = {
  '0.1': ['version', 'environment_variables', 'phases', 'artifacts'],
  '0.2': ['version', 'run-as', 'env', 'proxy', 'batch', 'phases', 'reports', 'artifacts', 'cache'],
} as const;
const ENVIRONMENT = [
  'shell',
  'variables',
  'parameter-store',
  'secrets-manager',
  'exported-variables',
  'git-credential-helper',
];
const PHASE = {
  '0.1': ['commands', 'runtime-versions'],
  '0.2': ['run-as', 'on-failure', 'runtime-versions', 'commands', 'finally'],
} as const;
const ARTIFACT = ['files', 'name', 'discard-paths', 'base-directory', 'exclude-paths', 'enable-symlinks', 's3-prefix'];

/** Reads a buildspec. Every scalar is text, as written: `1.10` stays `1.10`. Throws a YAML_FILE_ERROR that names what is wrong. */
export function readBuildspec(text: string): Buildspec {
  const spec = expectFields('buildspec', parseYaml(text));
  const version = versionOf(spec);
  spec.only(TOP_LEVEL[version]);
  const env = environmentFields(spec, version);
  const phases = spec.fields('phases');
  if (!phases) throw yamlError('phases are required in a buildspec.');
  phases.only(COMMAND_PHASES);
  const artifacts = spec.fields('artifacts');
  artifacts?.only([...ARTIFACT, 'secondary-artifacts', ...(version === '0.1' ? ['type'] : [])]);
  const secondary = artifacts?.fields('secondary-artifacts');
  const runAs = spec.text('run-as');
  return {
    version,
    ...(runAs && { runAs }),
    shell: env?.text('shell') ?? 'sh',
    variables: textMap(env?.fields(version === '0.1' ? 'plaintext' : 'variables')),
    parameterStore: textMap(env?.fields('parameter-store')),
    secretsManager: textMap(env?.fields('secrets-manager')),
    exportedVariables: texts(env, 'exported-variables') ?? [],
    phases: Object.fromEntries(COMMAND_PHASES.flatMap((name) => phaseEntry(phases, name, version))),
    ...(artifacts && { artifacts: artifactSpec(artifacts, secondary === undefined) }),
    secondaryArtifacts: Object.fromEntries(
      (secondary?.names() ?? []).map((name) => [name, secondaryArtifact(secondary, name)]),
    ),
    passedOver: ['proxy', 'batch', 'reports', 'cache'].filter((section) => spec.has(section)),
  };
}

function parseYaml(text: string): unknown {
  checkLimits(text);
  const lineCounter = new LineCounter();
  // Its own search for names that stand twice compares each with each.
  const document = parseDocument(text, {
    schema: 'failsafe',
    merge: true,
    uniqueKeys: false,
    strict: true,
    lineCounter,
  });
  const [error] = document.errors;
  if (error) throw yamlError(error.message);
  checkNodes(document, lineCounter);
  try {
    return document.toJS({ maxAliasCount: 100 });
  } catch (cause) {
    throw yamlError((cause as Error).message);
  }
}

function versionOf(spec: Fields): '0.1' | '0.2' {
  const version = spec.text('version');
  if (version === '0.1' || version === '0.2') return version;
  throw yamlError(
    version === undefined
      ? 'version is required in a buildspec.'
      : `The buildspec's version must be 0.2 or 0.1, not ${version}.`,
  );
}

function environmentFields(spec: Fields, version: '0.1' | '0.2'): Fields | undefined {
  const env = spec.fields(version === '0.1' ? 'environment_variables' : 'env');
  env?.only(version === '0.1' ? ['plaintext', 'parameter-store'] : ENVIRONMENT);
  return env;
}

function phaseEntry(phases: Fields, name: CommandPhase, version: '0.1' | '0.2'): [CommandPhase, PhaseSpec][] {
  const phase = phases.fields(name);
  if (!phase) return [];
  phase.only(PHASE[version]);
  const runtimeVersions = textMap(phase.fields('runtime-versions'));
  const commands = texts(phase, 'commands', 'Commands');
  if (!commands && !(name === 'install' && phase.has('runtime-versions')))
    throw yamlError(`phases.${name} must have commands.`);
  const onFailure = phase.text('on-failure');
  const runAs = phase.text('run-as');
  const spec: PhaseSpec = {
    commands: commands ?? [],
    finally: texts(phase, 'finally') ?? [],
    runtimeVersions,
    ...(onFailure !== undefined && { onFailure: readOnFailure(onFailure) }),
    ...(runAs && { runAs }),
  };
  return [[name, spec]];
}

function secondaryArtifact(secondary: Fields | undefined, name: string): ArtifactSpec {
  const artifact = secondary?.fields(name);
  if (!artifact) throw yamlError(`artifacts.secondary-artifacts.${name} must be a map.`);
  artifact.only(ARTIFACT);
  return artifactSpec(artifact, true);
}

function artifactSpec(artifact: Fields, needsFiles: boolean): ArtifactSpec {
  const files = texts(artifact, 'files');
  if (!files && needsFiles) throw yamlError(`${artifact.place} must have files.`);
  const name = artifact.text('name');
  const baseDirectory = artifact.text('base-directory');
  const s3Prefix = artifact.text('s3-prefix');
  return {
    files: files ?? [],
    discardPaths: flag(artifact, 'discard-paths'),
    enableSymlinks: flag(artifact, 'enable-symlinks'),
    excludePaths: artifact.isText('exclude-paths')
      ? [artifact.text('exclude-paths') ?? '']
      : (texts(artifact, 'exclude-paths') ?? []),
    ...(name && { name }),
    ...(baseDirectory && { baseDirectory }),
    ...(s3Prefix && { s3Prefix }),
  };
}
