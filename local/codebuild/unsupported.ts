import type { Definition } from './project.ts';

const NO_CONTAINERS = 'builds run on this machine, without containers';

interface Violation {
  readonly field: string;
  readonly value: string;
  readonly reason: string;
  readonly remedy: string;
}

/** What the definition asks for that a machine without containers cannot honour, each as a sentence; empty when a build can run. */
export function unsupported(definition: Definition): string[] {
  return [...ofEnvironment(definition), ...ofNetwork(definition), ...ofSources(definition)].map(
    ({ field, value, reason, remedy }) =>
      `"${field}" = ${value} is not supported by the local runner: ${reason}. ${remedy} or run on AWS.`,
  );
}

function* ofEnvironment({ environment, cache }: Definition): Generator<Violation> {
  const { type, privilegedMode, registryCredential, fleet, dockerServer } = environment;
  if (/WINDOWS|GPU|MAC_ARM|LAMBDA/.test(type)) {
    yield {
      field: 'environment.type',
      value: type,
      reason: NO_CONTAINERS,
      remedy: 'Set LINUX_CONTAINER or ARM_CONTAINER',
    };
  }
  if (privilegedMode)
    yield {
      field: 'environment.privilegedMode',
      value: 'true',
      reason: 'there is no Docker daemon',
      remedy: 'Set it to false',
    };
  if (registryCredential)
    yield {
      field: 'environment.registryCredential',
      value: 'set',
      reason: 'no image is pulled',
      remedy: 'Leave it out',
    };
  if (fleet)
    yield { field: 'environment.fleet', value: 'set', reason: 'there is no reserved capacity', remedy: 'Leave it out' };
  if (dockerServer)
    yield {
      field: 'environment.dockerServer',
      value: 'set',
      reason: 'there is no Docker daemon',
      remedy: 'Leave it out',
    };
  if (cache?.modes?.includes('LOCAL_DOCKER_LAYER_CACHE')) {
    yield {
      field: 'cache.modes',
      value: 'LOCAL_DOCKER_LAYER_CACHE',
      reason: 'there is no Docker daemon',
      remedy: 'Leave it out',
    };
  }
}

function* ofNetwork({ vpcConfig, fileSystemLocations }: Definition): Generator<Violation> {
  if (vpcConfig?.vpcId)
    yield {
      field: 'vpcConfig',
      value: vpcConfig.vpcId,
      reason: 'builds use the network of this machine',
      remedy: 'Leave it out',
    };
  if (fileSystemLocations?.length) {
    yield {
      field: 'fileSystemLocations',
      value: `${fileSystemLocations.length} locations`,
      reason: 'EFS cannot be mounted',
      remedy: 'Leave it out',
    };
  }
}

function* ofSources({ source, secondarySources = [] }: Definition): Generator<Violation> {
  for (const each of [source, ...secondarySources]) {
    const field = each === source ? 'source' : `secondarySources.${each.sourceIdentifier}`;
    if (each.type !== 'S3' && each.type !== 'NO_SOURCE') {
      yield {
        field: `${field}.type`,
        value: each.type,
        reason: 'it clones no repository',
        remedy: 'Set S3 with a .zip object',
      };
    } else if (each.type === 'S3' && !each.location?.endsWith('.zip')) {
      yield {
        field: `${field}.location`,
        value: String(each.location),
        reason: 'it reads no folders',
        remedy: 'Set the location of a .zip object',
      };
    }
  }
}
